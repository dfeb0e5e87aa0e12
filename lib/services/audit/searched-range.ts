import type { AuditFilter } from '#lib/contracts/audit.ts'
import type { Db } from '#lib/db/pools.ts'
import { minuteMs } from '#lib/time.ts'

/** Rows that one statement looks through: some tens of milliseconds, whatever the filter. */
export const windowRows = 20_000n

/**
 * Rows are numbered by the database but dated by the process that writes them: by so much one process may be ahead of
 * another, and a row dated before the one it follows.
 */
const clockSkewMs = 5 * minuteMs

interface SearchedRange {
  /** Both ends are looked at; there is nothing to look at when `oldest` lies behind `newest`. */
  oldest: bigint
  newest: bigint
}

/** Where in a team's chain rows of the filter can stand: all of it, or what lies between the dates. */
export async function searchedRange(db: Db, tenantId: string, { from, to }: AuditFilter): Promise<SearchedRange> {
  const head = await db.auditHead.findUnique({ where: { tenantId }, select: { seq: true, prunedSeq: true } })
  const all = { oldest: (head?.prunedSeq ?? 0n) + 1n, newest: head?.seq ?? 0n }
  return {
    oldest: from === undefined ? all.oldest : ((await firstSince(db, tenantId, from)) ?? all.newest + 1n),
    newest: to === undefined ? all.newest : ((await lastBefore(db, tenantId, to)) ?? all.oldest - 1n),
  }
}

// The sums keep the planner from looking for the first or last number by walking the chain from its end.

async function firstSince(db: Db, tenantId: string, from: string): Promise<bigint | null | undefined> {
  const [row] = await db.$queryRaw<{ seq: bigint | null }[]>`
    SELECT min("seq" + 0) AS "seq" FROM audit_event
     WHERE "tenantId" = ${tenantId}::uuid AND "at" >= ${from}::timestamptz
       AND "at" <= ${clockSkewMs} * interval '1 millisecond' + (
             SELECT min("at") FROM audit_event WHERE "tenantId" = ${tenantId}::uuid AND "at" >= ${from}::timestamptz)`
  return row?.seq
}

async function lastBefore(db: Db, tenantId: string, to: string): Promise<bigint | null | undefined> {
  const [row] = await db.$queryRaw<{ seq: bigint | null }[]>`
    SELECT max("seq" + 0) AS "seq" FROM audit_event
     WHERE "tenantId" = ${tenantId}::uuid AND "at" < ${to}::timestamptz
       AND "at" >= (
             SELECT max("at") FROM audit_event WHERE "tenantId" = ${tenantId}::uuid AND "at" < ${to}::timestamptz
           ) - ${clockSkewMs} * interval '1 millisecond'`
  return row?.seq
}
