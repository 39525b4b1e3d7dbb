-- A load for wrk: PutProjectEvents.
--   wrk -t1 -c32 -d10s --latency -s put-project-events.lua http://127.0.0.1:2772/events/projects/demo -- EVENTS [ids]
-- EVENTS is the number of events per request, 1 to 50 (default 50); every other one is an evaluation event. 64 different
-- bodies are made before the run and sent in turn, so that no server profits from a constant one. With "ids" each request
-- has an invocation id of its own, as AWS SDKs send it.
local bodies, turn, calls, call_prefix = {}, 0, 0, nil

local function event(entity, n)
  if n % 2 == 0 then
    return string.format('{"timestamp":%d.%03d,"type":"aws.evidently.evaluation","data":"{\\"feature\\":\\"checkout-%d\\",\\"entityId\\":\\"user-%d\\",\\"entityAttributes\\":{\\"browser\\":{\\"s\\":\\"Chrome\\"}},\\"variation\\":\\"variation-%d\\",\\"type\\":\\"EXPERIMENT_RULE_MATCH\\",\\"details\\":{\\"experiment\\":\\"landing-page\\",\\"treatment\\":\\"control\\",\\"salt\\":\\"landing-page\\"}}"}',
      1700000000 + entity % 1000000, entity % 1000, n % 7, entity, n % 3)
  end
  return string.format('{"timestamp":%d.%03d,"type":"aws.evidently.custom","data":"{\\"userDetails\\":{\\"userId\\":\\"user-%d\\",\\"sessionId\\":\\"s-%d\\"},\\"details\\":{\\"pageLoadTime\\":%d.%03d,\\"purchase\\":%d.5}}"}',
    1700000000 + entity % 1000000, entity % 1000, entity, entity * 7, 100 + entity % 900, entity % 1000, entity % 250)
end

-- Different in each run, or the server would take the second run's calls for retries of the first's.
local function random_prefix()
  local source = assert(io.open("/dev/urandom", "rb"))
  local a, b, c, d, e, f, g, h = source:read(8):byte(1, 8)
  source:close()
  return string.format("%02x%02x%02x%02x-%02x%02x-4%02x%x-8%02x%x-", a, b, c, d, e, f, g, h % 16, h, a % 16)
end

function init(args)
  local size = tonumber(args[1]) or 50
  math.randomseed(42)
  for b = 1, 64 do
    local events = {}
    for n = 1, size do events[n] = event(math.random(1, 1000000), n) end
    bodies[b] = '{"events":[' .. table.concat(events, ',') .. ']}'
  end
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  if args[2] == "ids" then call_prefix = random_prefix() end
end

function request()
  turn = turn % 64 + 1
  if call_prefix then
    calls = calls + 1
    wrk.headers["amz-sdk-invocation-id"] = string.format("%s%012x", call_prefix, calls)
  end
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
