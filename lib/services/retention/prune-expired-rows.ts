import { withSystem } from '#lib/db/system.ts'
import { log, logFailure } from '#lib/log.ts'
import type { RetentionRule } from './retention-rules.ts'
import { retentionRules } from './retention-rules.ts'

/** A transaction that removes more than this holds its locks too long beside the others' work. */
const rowsPerBatch = 1_000

/**
 * Removes what the rules no longer keep, by the database's clock, in batches. Safe in every worker at once: a row somebody
 * works on is left for the next round. A rule that fails keeps no other from being followed. Gives how many rows went.
 */
export async function pruneExpiredRows(signal: AbortSignal): Promise<number> {
  let count = 0
  for (const rule of retentionRules) {
    try {
      count += await followRule(rule, signal)
    } catch (error) {
      if (signal.aborted) throw error
      logFailure(error, `the retention of ${rule.table} failed`)
    }
  }
  return count
}

async function followRule(rule: RetentionRule, signal: AbortSignal): Promise<number> {
  let count = 0
  for (let batch = rowsPerBatch; batch === rowsPerBatch; count += batch) {
    signal.throwIfAborted()
    batch = await pruneBatch(rule)
  }
  if (count > 0) log().info({ table: rule.table, count }, 'rows past their retention removed')
  return count
}

/** Table and condition come from the rules, never from a caller. */
function pruneBatch({ table, where, keepMs, column, isAppendOnly = false }: RetentionRule): Promise<number> {
  const act = column === undefined ? `DELETE FROM "${table}"` : `UPDATE "${table}" SET "${column}" = NULL`
  const condition = where.replaceAll('$1', "(now() - $1::float8 * interval '1 ms')")
  const stepAside = isAppendOnly ? '' : 'FOR UPDATE SKIP LOCKED'
  return withSystem((db) =>
    db.$executeRawUnsafe(
      `${act} WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM "${table}" WHERE ${condition} LIMIT ${rowsPerBatch} ${stepAside}))`,
      keepMs,
    ),
  )
}
