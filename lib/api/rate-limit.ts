import { RateLimiterRes } from 'rate-limiter-flexible'
import { AppError } from '#lib/errors.ts'
import { metrics } from '#lib/metrics.ts'
import { requestLimiter } from '#lib/queue/request-limiters.ts'
import { clientNetwork } from '#lib/tenancy/client-network.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'

/** Calls a second from one address (of IPv6: one /64) to what needs no team: sign-up, reset, own account. */
const callsPerAddress = 20

/** Counts one request of a team against its quota; throws `rate-limited` with the seconds to wait. */
export async function limitByTeam(tenant: TenantContext): Promise<void> {
  await consume(tenant.tenantId, tenant.quotas['requests-per-second'])
}

/** Counts one page drawn for a team, beside its requests and against the same number; throws as `limitByTeam`. */
export async function limitPages(tenant: TenantContext): Promise<void> {
  await consume(`page-${tenant.tenantId}`, tenant.quotas['requests-per-second'])
}

/** Counts one request from an address against the common limit; throws `rate-limited` with the seconds to wait. */
export async function limitByAddress(ip: string): Promise<void> {
  await consume(`ip-${clientNetwork(ip)}`, callsPerAddress)
}

async function consume(key: string, points: number): Promise<void> {
  try {
    await requestLimiter(points).consume(key)
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal
    metrics.httpRateLimited.inc()
    const retryAfterSeconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
    throw new AppError('rate-limited', `More than ${points} requests a second`, {
      details: { limit: points, retryAfterSeconds },
    })
  }
}
