import type { UsageView } from '#lib/contracts/usage.ts'

/** Share of a limit from which people are warned: the product's promise, also of the meters themselves. */
const warnRatio = 0.8

/** Whether a quota that is kept, unlike the requests of one second and the jobs of the moment, is nearly used up. */
export function isNearLimit({ used, limit, unit }: UsageView['quotas'][number]): boolean {
  return unit === 'count' && used !== null && used >= limit * warnRatio
}
