import { withSystem } from '#lib/db/system.ts'
import { genesisHash, hashRecord, sealHead } from '#lib/tenancy/audit-chain.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { auditKeyOf } from '#lib/tenancy/tenant-keys.ts'
import { withPostgres } from '#scripts/servers/postgres-client.ts'
import type { TestDatabase } from './servers.ts'

const rowsPerInsert = 5_000

interface Seed {
  team: TenantContext
  count: number
  /** Time of the event at `seq`. */
  at?: (seq: number) => Date
}

/** Replaces a team's audit chain by a true one of `count` events, many times faster than by as many changes. */
export async function seedAuditChain(
  database: TestDatabase,
  { team, count, at = () => new Date() }: Seed,
): Promise<void> {
  const { tenantId, actor } = team
  const key = await withSystem((db) => auditKeyOf(db, tenantId))
  await withPostgres(database.adminUrl, async (client) => {
    await client.query('DELETE FROM audit_event WHERE "tenantId" = $1', [tenantId])
    let hash = genesisHash
    for (let from = 1; from <= count; from += rowsPerInsert) {
      const rows: object[] = []
      for (let n = from; n < Math.min(from + rowsPerInsert, count + 1); n += 1) {
        const record = {
          tenantId,
          seq: BigInt(n),
          at: at(n),
          actor,
          via: 'browser' as const,
          action: 'member.role-changed',
          target: { kind: 'member', id: actor.id, label: actor.label },
          diff: { role: ['viewer', 'admin'] },
          requestId: actor.id,
          prevHash: hash,
        }
        hash = hashRecord(key, record)
        rows.push({ ...record, seq: n, hash, prevHash: record.prevHash })
      }
      await client.query(
        `INSERT INTO audit_event ("tenantId", "seq", "at", "actorKind", "actorId", "actorLabel", "via", "action", "targetKind",
                                  "targetId", "targetLabel", "diff", "requestId", "prevHash", "hash")
         SELECT r."tenantId", r."seq", r."at", $2, $3, $4, r."via", r."action", 'member', $3, $4, r."diff", r."requestId",
                r."prevHash", r."hash"
           FROM jsonb_to_recordset($1::jsonb) AS r("tenantId" uuid, "seq" bigint, "at" timestamptz, "via" text, "action" text,
                                                   "diff" jsonb, "requestId" text, "prevHash" text, "hash" text)`,
        [JSON.stringify(rows), actor.kind, actor.id, actor.label],
      )
    }
    const seal = sealHead(key, { tenantId, seq: BigInt(count), hash })
    await client.query('UPDATE audit_head SET "seq" = $2, "hash" = $3 WHERE "tenantId" = $1', [tenantId, count, seal])
  })
}
