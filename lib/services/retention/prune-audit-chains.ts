import { plans } from '#lib/contracts/team.ts'
import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { log, logFailure } from '#lib/log.ts'
import { sealPruned } from '#lib/tenancy/audit-chain.ts'
import { auditKeyOf } from '#lib/tenancy/tenant-keys.ts'
import { auditKeepMs } from './retention-rules.ts'

const teamsPerRound = 50
const rowsPerBatch = 1_000

/**
 * Removes audit events past their plan's time from the beginning of each chain and seals the new beginning, so that the rest
 * still verifies. The newest event always stays: the chain goes on from it. Gives how many rows went.
 */
export async function pruneAuditChains(signal: AbortSignal): Promise<number> {
  let count = 0
  for (const tenantId of await findTeams()) {
    try {
      count += await pruneTeam(tenantId, signal)
    } catch (error) {
      if (signal.aborted) throw error
      logFailure(error, `the audit chain of team ${tenantId} could not be pruned`)
    }
  }
  return count
}

/** Teams whose chain begins with an event that is too old. */
async function findTeams(): Promise<string[]> {
  const rows = await withSystem(
    (db) => db.$queryRaw<{ id: string }[]>`
      SELECT t."id" FROM tenant t
        JOIN audit_head h ON h."tenantId" = t."id" AND h."seq" > h."prunedSeq" + 1
        JOIN audit_event e ON e."tenantId" = t."id" AND e."seq" = h."prunedSeq" + 1
        JOIN jsonb_each_text(${JSON.stringify(auditKeepMs)}::jsonb) AS keep("plan", "ms") ON keep."plan" = t."plan"
       WHERE e."at" < now() - keep."ms"::float8 * interval '1 ms'
       ORDER BY e."at" LIMIT ${teamsPerRound}`,
  )
  return rows.map(({ id }) => id)
}

async function pruneTeam(tenantId: string, signal: AbortSignal): Promise<number> {
  let count = 0
  for (let batch = rowsPerBatch; batch === rowsPerBatch; count += batch) {
    signal.throwIfAborted()
    batch = await withSystem((db) => pruneBatch(db, tenantId))
  }
  log().info({ tenantId, count }, 'audit events past their retention removed')
  return count
}

interface OldRow {
  seq: bigint
  hash: string
  isOld: boolean
}

async function pruneBatch(db: Db, tenantId: string): Promise<number> {
  const [head] = await db.$queryRaw<{ seq: bigint; prunedSeq: bigint; plan: string }[]>`
    SELECT h."seq", h."prunedSeq", t."plan" FROM audit_head h JOIN tenant t ON t."id" = h."tenantId"
     WHERE h."tenantId" = ${tenantId}::uuid FOR UPDATE OF h`
  if (!head) return 0
  const keepMs = auditKeepMs[plans.find((plan) => plan === head.plan) ?? 'enterprise']
  const rows = await db.$queryRaw<OldRow[]>`
    SELECT "seq", "hash", "at" < now() - ${keepMs}::float8 * interval '1 ms' AS "isOld" FROM audit_event
     WHERE "tenantId" = ${tenantId}::uuid AND "seq" > ${head.prunedSeq} AND "seq" < ${head.seq}
     ORDER BY "seq" LIMIT ${rowsPerBatch}`
  const firstKept = rows.findIndex(({ isOld }) => !isOld)
  const old = firstKept === -1 ? rows : rows.slice(0, firstKept)
  const last = old.at(-1)
  if (!last) return 0
  const seal = sealPruned(await auditKeyOf(db, tenantId), { tenantId, seq: last.seq, hash: last.hash })
  await db.$executeRaw`DELETE FROM audit_event WHERE "tenantId" = ${tenantId}::uuid AND "seq" <= ${last.seq}`
  await db.$executeRaw`
    UPDATE audit_head SET "prunedSeq" = ${last.seq}, "prunedHash" = ${seal} WHERE "tenantId" = ${tenantId}::uuid`
  return old.length
}
