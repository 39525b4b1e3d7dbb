-- A load for wrk: EvaluateFeature, or whatever takes the same bodies.
--   wrk -t1 -c32 -d10s --latency -s evaluate.lua http://127.0.0.1:2772/projects/bench/evaluations/feature- -- FEATURES
-- FEATURES is how many there are, from feature-1 on, asked for in turn; 0 for the path as it stands. 1,009 different bodies.
local bodies, turn, features, path = {}, 0, 0, nil

function init(args)
  features = tonumber(args[1]) or 0
  path = wrk.path
  math.randomseed(42)
  for b = 1, 1009 do
    bodies[b] = string.format('{"entityId":"user-%d","evaluationContext":"{\\"country\\":\\"country-%d\\",\\"age\\":%d}"}',
      math.random(1, 1000000), math.random(1, 12), math.random(18, 90))
  end
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  turn = turn + 1
  local body = bodies[turn % #bodies + 1]
  return wrk.format(nil, features > 0 and path .. (turn % features + 1) or path, nil, body)
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
