import { withSystem } from '#lib/db/system.ts'
import { formatSocket } from '#lib/net/address-policy.ts'
import { recordAudit } from '#lib/tenancy/audit-log.ts'
import { getNamedTeam } from './find-team.ts'

/** One port of this machine, at one of its addresses. */
export interface OwnSocket {
  address: string
  port: number
}

/** What an operator lets one team reach, or no longer. */
export interface AddressChange {
  /** Id or exact name. */
  team: string
  sockets: readonly OwnSocket[]
  /** Takes the grants back instead. */
  isRevoked?: boolean
  /** What the command is called, for the audit log. */
  command: string
  requestId: string
}

/** The grants a team has afterwards, and which of them this change brought or took. */
export interface AddressGrants {
  team: { id: string; name: string }
  changed: string[]
  all: string[]
}

/**
 * Lets a team reach single ports of the machine the product runs on, or takes that back; it holds from the next connection
 * on. Written down in the team's own audit log when it changes anything.
 *
 * @throws AppError `not-found` when there is no such team, `conflict` when several bear the name
 */
export async function grantAddresses(change: AddressChange): Promise<AddressGrants> {
  const { sockets, isRevoked = false, command, requestId } = change
  return await withSystem(async (db) => {
    const { id: tenantId, name } = await getNamedTeam(db, change.team)
    const before = await db.addressGrant.findMany({ where: { tenantId } })
    const wanted = new Set(sockets.map(textOf))
    if (isRevoked) await db.addressGrant.deleteMany({ where: { tenantId, OR: sockets.map(placeOf) } })
    else {
      const rows = sockets.map((socket) => ({ tenantId, ...placeOf(socket) }))
      await db.addressGrant.createMany({ data: rows, skipDuplicates: true })
    }
    const after = await db.addressGrant.findMany({
      where: { tenantId },
      orderBy: [{ address: 'asc' }, { port: 'asc' }],
    })
    const known = new Set(before.map(textOf))
    const changed = [...wanted].filter((socket) => known.has(socket) === isRevoked)
    if (changed.length > 0) {
      const actor = { kind: 'system' as const, id: command, label: command }
      await recordAudit(
        db,
        { tenantId, actor, via: 'command', requestId },
        {
          action: isRevoked ? 'team.address-revoked' : 'team.address-granted',
          target: { kind: 'team', id: tenantId, label: name },
          diff: { addresses: isRevoked ? [changed, null] : [null, changed] },
        },
      )
    }
    return { team: { id: tenantId, name }, changed, all: after.map(textOf) }
  })
}

function textOf({ address, port }: OwnSocket): string {
  return formatSocket(address, port)
}

function placeOf({ address, port }: OwnSocket): OwnSocket {
  return { address, port }
}
