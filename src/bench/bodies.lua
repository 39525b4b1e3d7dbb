-- A load for wrk: the lines of a file as bodies of POST, in turn. The headers are wrk's -H.
--   wrk -t1 -c32 -d10s --latency -H 'Content-Type: text/plain' -s bodies.lua http://127.0.0.1:4567/ -- FILE
local bodies, turn = {}, 0

function init(args)
  for line in io.lines(args[1]) do bodies[#bodies + 1] = line end
  wrk.method = "POST"
end

function request()
  turn = turn % #bodies + 1
  return wrk.format(nil, nil, nil, bodies[turn])
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
