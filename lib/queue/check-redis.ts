import { sharedRedis } from './connections.ts'

/**
 * Refuses a Redis that throws keys away when its memory is full: jobs would vanish without a trace.
 * Throws an Error with the line to type, or ioredis' own while Redis is away.
 */
export async function checkRedisPolicy(): Promise<void> {
  const memory = await sharedRedis().info('memory')
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? 'unknown'
  if (policy === 'noeviction') return
  throw new Error(
    `REDIS_URL: maxmemory-policy is ${policy}, under which waiting jobs are thrown away when memory is full. ` +
      'Set it: redis-cli CONFIG SET maxmemory-policy noeviction (and in redis.conf)',
  )
}
