import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import { processWide } from '#lib/process-wide.ts'
import { sharedRedis } from './connections.ts'

const limiters = processWide('request-limiters', () => new Map<number, RateLimiterRedis>())

/** Counts requests by key against `perSecond` over all processes; while Redis is away each process counts for itself. */
export function requestLimiter(perSecond: number): RateLimiterRedis {
  const known = limiters.get(perSecond)
  if (known) return known
  const options = { points: perSecond, duration: 1, keyPrefix: `kstone-rate-${perSecond}` }
  const limiter = new RateLimiterRedis({
    ...options,
    storeClient: sharedRedis(),
    insuranceLimiter: new RateLimiterMemory(options),
  })
  limiters.set(perSecond, limiter)
  return limiter
}
