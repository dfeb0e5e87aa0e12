import type { AddressPolicy } from '#lib/net/address-policy.ts'
import { processWide } from '#lib/process-wide.ts'
import { addressPolicyOf } from '#lib/services/clusters/address-policy.ts'
import { secondMs } from '#lib/time.ts'

/** A grant that was taken away stops working within this time. */
const keptMs = 5 * secondMs

interface Kept {
  policy: Promise<AddressPolicy>
  until: number
}

const kept = processWide('collection-address-policies', () => new Map<string, Kept>())

/** Where a team's connections may lead, read at most every 5 seconds. */
export function recentAddressPolicy(tenantId: string): Promise<AddressPolicy> {
  const nowMs = Date.now()
  const known = kept.get(tenantId)
  if (known && known.until > nowMs) return known.policy
  for (const [id, { until }] of kept) if (until <= nowMs) kept.delete(id)
  const policy = addressPolicyOf(tenantId)
  kept.set(tenantId, { policy, until: nowMs + keptMs })
  policy.catch(() => kept.delete(tenantId))
  return policy
}
