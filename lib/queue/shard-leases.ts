import { sharedRedis } from './connections.ts'

const workersKey = 'kstone:lease:collect-workers'
const shardsKey = 'kstone:lease:collect-shards'

/**
 * One round of a worker, in one step: it shows that it lives, keeps what it holds up to its fair share, and takes what nobody
 * holds. Redis' own clock judges: those of the processes may differ.
 */
const hold = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local owner, total, ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  redis.call('ZADD', KEYS[1], now + ttl, owner)
  redis.call('PEXPIRE', KEYS[1], ttl)
  local share = math.ceil(total / redis.call('ZCARD', KEYS[1]))
  local mine, free = {}, {}
  for shard = 0, total - 1 do
    local held = redis.call('HGET', KEYS[2], shard)
    local holder, ends = nil, 0
    if held then holder, ends = string.match(held, '^(%S+) (%d+)$') end
    if holder == owner then table.insert(mine, shard)
    elseif not holder or tonumber(ends) <= now then table.insert(free, shard) end
  end
  while #mine > share do redis.call('HDEL', KEYS[2], table.remove(mine)) end
  while #mine < share and #free > 0 do table.insert(mine, table.remove(free)) end
  for _, shard in ipairs(mine) do redis.call('HSET', KEYS[2], shard, owner .. ' ' .. (now + ttl)) end
  redis.call('PEXPIRE', KEYS[2], ttl)
  return mine`

const leave = `
  redis.call('ZREM', KEYS[1], ARGV[1])
  for shard = 0, tonumber(ARGV[2]) - 1 do
    local held = redis.call('HGET', KEYS[2], shard)
    if held and string.match(held, '^(%S+) ') == ARGV[1] then redis.call('HDEL', KEYS[2], shard) end
  end`

interface Holder {
  owner: string
  shardsTotal: number
}

/** The shards this worker holds for another `ttlMs`. Throws while Redis is away: then everybody keeps what they have. */
export async function holdShards({ owner, shardsTotal }: Holder, ttlMs: number): Promise<ReadonlySet<number>> {
  const mine = await sharedRedis().eval(hold, 2, workersKey, shardsKey, owner, shardsTotal, ttlMs)
  return new Set((mine as (number | string)[]).map(Number))
}

/** Gives all of them to the others. Throws while Redis is away; they then fall free by themselves. */
export async function leaveShards({ owner, shardsTotal }: Holder): Promise<void> {
  await sharedRedis().eval(leave, 2, workersKey, shardsKey, owner, shardsTotal)
}
