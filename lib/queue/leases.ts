import { sharedRedis } from './connections.ts'

/** One of a limited number of places, counted over all processes; it falls free by itself when nobody renews it. */
export interface Lease {
  /** What the places belong to, such as `live-streams:<tenantId>`. */
  pool: string
  id: string
}

const keyOf = (pool: string) => `kstone:lease:${pool}`

/** Redis' own clock judges: those of the processes may differ. */
const take = `
  local now = redis.call('TIME')
  local nowMs = now[1] * 1000 + math.floor(now[2] / 1000)
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', nowMs)
  local used = redis.call('ZCARD', KEYS[1])
  if used >= tonumber(ARGV[2]) then return {0, used} end
  redis.call('ZADD', KEYS[1], nowMs + ARGV[3], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return {1, used + 1}`

const renew = `
  local now = redis.call('TIME')
  local nowMs = now[1] * 1000 + math.floor(now[2] / 1000)
  for i = 2, #ARGV do redis.call('ZADD', KEYS[1], nowMs + ARGV[1], ARGV[i]) end
  redis.call('PEXPIRE', KEYS[1], ARGV[1])`

const count = `
  local now = redis.call('TIME')
  return redis.call('ZCOUNT', KEYS[1], now[1] * 1000 + math.floor(now[2] / 1000), '+inf')`

/** Takes a place for `ttlMs` if fewer than `limit` are taken; `used` counts them afterwards. Throws while Redis is away. */
export async function takeLease(
  { pool, id }: Lease,
  { limit, ttlMs }: { limit: number; ttlMs: number },
): Promise<{ isTaken: boolean; used: number }> {
  const [taken, used] = (await sharedRedis().eval(take, 1, keyOf(pool), id, limit, ttlMs)) as [number, number]
  return { isTaken: taken === 1, used }
}

/** Keeps places for another `ttlMs`; one that was lost meanwhile is taken again, limit or not. Throws while Redis is away. */
export async function renewLeases(leases: readonly Lease[], ttlMs: number): Promise<void> {
  const pools = Map.groupBy(leases, ({ pool }) => pool)
  const pipeline = sharedRedis().pipeline()
  for (const [pool, members] of pools) pipeline.eval(renew, 1, keyOf(pool), ttlMs, ...members.map(({ id }) => id))
  const results = (await pipeline.exec()) ?? []
  const failed = results.find(([error]) => error !== null)
  if (failed) throw failed[0]
}

/** Gives a place back. Throws while Redis is away; the place then falls free by itself. */
export async function dropLease({ pool, id }: Lease): Promise<void> {
  await sharedRedis().zrem(keyOf(pool), id)
}

/** How many places are taken. Throws while Redis is away. */
export async function countLeases(pool: string): Promise<number> {
  return Number(await sharedRedis().eval(count, 1, keyOf(pool)))
}
