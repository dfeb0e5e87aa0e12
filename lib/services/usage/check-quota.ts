import { AppError } from '#lib/errors.ts'
import type { QuotaId, QuotaLimits } from '#lib/tenancy/quotas.ts'

/**
 * Refuses one more of something when `used` has reached the team's limit. The count must come from the transaction that
 * adds the one more, under a lock that keeps others from adding theirs.
 *
 * @throws AppError `quota-exceeded` with quota, limit and used
 */
export function checkQuota(quotas: QuotaLimits, quota: QuotaId, used: number): void {
  const limit = quotas[quota]
  if (used < limit) return
  throw new AppError('quota-exceeded', `${used} of ${limit} ${quota} are used`, { details: { quota, limit, used } })
}
