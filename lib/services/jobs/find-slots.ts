import type { Db } from '#lib/db/pools.ts'
import { knownKinds } from '#lib/jobs/job-kinds.ts'
import { processWide } from '#lib/process-wide.ts'
import { limitsOf } from '#lib/tenancy/quotas.ts'

/** Teams one round looks at; the next round goes on behind them. */
const teamsPerRound = 500

/** A team with work that is due, and how many more of its jobs may be handed to the queues now. */
interface Slot {
  tenantId: string
  free: number
  inFlight: number
}

interface WaitingTeam {
  tenantId: string
  plan: string
  quotaOverrides: unknown
  inFlight: number
}

const beforeAllIds = '00000000-0000-0000-0000-000000000000'
const round = processWide('relay-round', () => ({ lastTeam: beforeAllIds }))

/**
 * Free places by team, out of its limit of concurrent jobs. A job holds one from the moment a relay takes it until it ends; a
 * row of the outbox that is due again holds none. The teams are found by hopping from one to the next over the outbox's index,
 * so ten thousand waiting jobs of one team cost as much as one.
 */
export async function findSlots(db: Db): Promise<{ slots: Slot[]; kinds: string[]; hasMore: boolean }> {
  const kinds = knownKinds()
  const ids = await nextTeams(db)
  const hasMore = ids.length === teamsPerRound
  round.lastTeam = (hasMore ? ids.at(-1) : undefined) ?? beforeAllIds
  const teams = await db.$queryRaw<WaitingTeam[]>`
    SELECT t."id" AS "tenantId", t."plan", t."quotaOverrides",
           (SELECT count(*)::int FROM job j
             WHERE j."tenantId" = t."id" AND j."publishedAt" IS NOT NULL AND j."finishedAt" IS NULL
               AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o."tenantId" = j."tenantId" AND o."jobId" = j."id"
                                  AND o."attempt" = j."attempt" AND o."dueAt" <= now())) AS "inFlight"
      FROM tenant t
     WHERE t."id" = ANY(${ids}::uuid[])
       AND EXISTS (SELECT 1 FROM outbox o WHERE o."tenantId" = t."id" AND o."dueAt" <= now() AND o."kind" = ANY(${kinds}::text[]))`
  const slots = teams.flatMap(({ tenantId, plan, quotaOverrides, inFlight }) => {
    const free = limitsOf(plan, quotaOverrides)['concurrent-jobs'] - inFlight
    return free > 0 ? [{ tenantId, free, inFlight }] : []
  })
  return { slots, kinds, hasMore }
}

async function nextTeams(db: Db): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE team("id") AS (
      (SELECT "tenantId" FROM outbox WHERE "tenantId" > ${round.lastTeam}::uuid ORDER BY "tenantId" LIMIT 1)
       UNION ALL
      SELECT (SELECT o."tenantId" FROM outbox o WHERE o."tenantId" > team."id" ORDER BY o."tenantId" LIMIT 1)
        FROM team WHERE team."id" IS NOT NULL)
    SELECT "id" FROM team WHERE "id" IS NOT NULL LIMIT ${teamsPerRound}`
  return rows.map(({ id }) => id)
}
