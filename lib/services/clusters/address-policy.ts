import { config } from '#lib/config.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { AddressPolicy } from '#lib/net/address-policy.ts'
import { formatSocket } from '#lib/net/address-policy.ts'

/** Where the team's connections may lead: public addresses, ranges and exact loopback addresses an operator granted. */
export async function addressPolicyOf(tenantId: string): Promise<AddressPolicy> {
  const grants = await withTenant(tenantId, (db) =>
    db.addressGrant.findMany({ where: { tenantId }, select: { address: true, port: true } }),
  )
  return {
    privateRanges: config().allowedPrivateRanges,
    loopback: grants.map(({ address, port }) => formatSocket(address, port)),
  }
}
