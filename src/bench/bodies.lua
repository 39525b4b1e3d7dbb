-- A load for wrk: the lines of a file as bodies of POST, in turn. The headers are wrk's -H, and for a line that has tabs
-- what stands before each: "X-Amz-Date: 20150830T123600Z<tab>{}".
--   wrk -t1 -c32 -d10s --latency -H 'Content-Type: text/plain' -s bodies.lua http://127.0.0.1:4567/ -- FILE
local bodies, headers, turn = {}, {}, 0

function init(args)
  wrk.method = "POST"
  for line in io.lines(args[1]) do
    local own, rest = {}, line
    for name, value in pairs(wrk.headers) do own[name] = value end
    while rest:find("\t", 1, true) do
      local name, value, after = rest:match("^([^:\t]+): ([^\t]*)\t(.*)$")
      own[name], rest = value, after
    end
    bodies[#bodies + 1], headers[#headers + 1] = rest, own
  end
end

function request()
  turn = turn % #bodies + 1
  return wrk.format(nil, nil, headers[turn], bodies[turn])
end

-- One line for src/bench/run; times in milliseconds.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'summary {"requests":%d,"errors":%d,"seconds":%.3f,"requestsPerSecond":%.1f,"p50Ms":%.3f,"p99Ms":%.3f}\n',
    summary.requests, errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    summary.duration / 1e6, summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
