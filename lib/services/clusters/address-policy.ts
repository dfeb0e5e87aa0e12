import { config } from '#lib/config.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { AddressPolicy } from '#lib/net/address-policy.ts'
import { formatSocket } from '#lib/net/address-policy.ts'
import { closedSockets } from '#lib/net/closed-sockets.ts'
import type { NamedEndpoint } from '#lib/net/own-endpoint.ts'

const defaultPorts: Record<string, number> = {
  'postgres:': 5432,
  'postgresql:': 5432,
  'redis:': 6379,
  'rediss:': 6379,
  'smtp:': 25,
  'smtps:': 465,
}

/** Where the team's connections may lead: public addresses, ranges and exact loopback addresses an operator granted. */
export async function addressPolicyOf(tenantId: string): Promise<AddressPolicy> {
  const grants = await withTenant(tenantId, (db) =>
    db.addressGrant.findMany({ where: { tenantId }, select: { address: true, port: true } }),
  )
  return {
    privateRanges: config().allowedPrivateRanges,
    loopback: grants.map(({ address, port }) => formatSocket(address, port)),
    closed: await closedSockets(ownServers()),
  }
}

/** What this installation leans on: its database, its Redis, its mail server. */
function ownServers(): NamedEndpoint[] {
  const { databaseUrl, redisUrl, smtp } = config()
  return [databaseUrl.app, databaseUrl.system, redisUrl, smtp?.url].flatMap((url) => {
    if (!url) return []
    const { hostname: host, port, protocol } = new URL(url.reveal())
    return host === '' ? [] : [{ host, port: port === '' ? (defaultPorts[protocol] ?? 0) : Number(port) }]
  })
}
