-- The visitors of the standard run: each request with a random user agent of the list, a random
-- public IPv4 in X-Forwarded-For, a referrer, sub1, sub2 and source_id out of bounded sets.
-- wrk … -s clicks.lua URL -- user_agents.txt

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local agents = {}
local path, host
local random = math.random

-- First octets that hold private, reserved or documentation blocks; left out whole.
local reserved = { [10] = true, [100] = true, [127] = true, [169] = true, [172] = true, [192] = true, [198] = true, [203] = true }

function init(args)
  math.randomseed(os.time() * 64 + number)
  for line in io.lines(args[1]) do
    if #line > 0 then agents[#agents + 1] = line end
  end
  path = wrk.path
  host = wrk.host .. ":" .. wrk.port
end

local function address()
  local first = random(1, 223)
  while reserved[first] do first = random(1, 223) end
  return first .. "." .. random(0, 255) .. "." .. random(0, 255) .. "." .. random(1, 254)
end

function request()
  return "GET " .. path .. "?sub1=creative" .. random(1, 200) .. "&sub2=placement" .. random(1, 50)
    .. "&source_id=source" .. random(1, 100) .. " HTTP/1.1\r\nHost: " .. host
    .. "\r\nUser-Agent: " .. agents[random(#agents)]
    .. "\r\nX-Forwarded-For: " .. address()
    .. "\r\nReferer: https://site" .. random(1, 40) .. ".example/page\r\n\r\n"
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format("RESULT requests=%d micros=%d p50=%d p99=%d failed=%d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
