import { withSystem } from '#lib/db/system.ts'
import { knownKinds } from '#lib/jobs/job-kinds.ts'
import { hasForgotten } from '#lib/queue/memory-mark.ts'
import type { Publication } from '#lib/queue/publish-jobs.ts'
import { secondMs } from '#lib/time.ts'
import { signOfLifeMaxMs } from './claim-job.ts'
import { handToQueues } from './hand-to-queues.ts'

/** A job published this long ago that no worker has begun may have been lost by Redis. */
const waitingMaxMs = 20 * secondMs
const rowsPerRound = 1_000

/**
 * Publishes again what Redis may have lost: jobs no worker has begun, and jobs whose worker gives no sign of life any more.
 * One that was not lost is not doubled, its id being taken. A Redis that has forgotten everything is noticed, and then nobody
 * waits. Gives how many it published.
 */
export async function republishLostJobs(): Promise<number> {
  const waitedMs = (await hasForgotten()) ? 0 : waitingMaxMs
  const before = await timeAgo(waitedMs)
  let count = await publish(await findOrphanedJobs())
  for (let found = rowsPerRound; found === rowsPerRound; count += found) {
    found = await publish(await markWaitingJobs(before))
  }
  return count
}

type LostJob = Omit<Publication, 'rank'>

/** Each team's first before any team's second, as they stood before they were lost. */
async function publish(jobs: readonly LostJob[]): Promise<number> {
  const ranks = new Map<string, number>()
  const ranked = jobs.map((job) => {
    const rank = (ranks.get(job.tenantId) ?? 0) + 1
    ranks.set(job.tenantId, rank)
    return { ...job, rank }
  })
  await handToQueues(ranked)
  return jobs.length
}

async function timeAgo(durationMs: number): Promise<Date> {
  const [row] = await withSystem(
    (db) => db.$queryRaw<{ at: Date }[]>`SELECT now() - ${durationMs} * interval '1 ms' AS at`,
  )
  return row?.at ?? new Date(0)
}

/** Marks as seen what it finds, so that each job is published at most once per `waitingMaxMs`. */
function markWaitingJobs(before: Date): Promise<LostJob[]> {
  return withSystem(
    (db) => db.$queryRaw<LostJob[]>`
      UPDATE job j SET "seenAt" = now()
        FROM (SELECT "tenantId", "id" FROM job w
               WHERE "publishedAt" IS NOT NULL AND "finishedAt" IS NULL
                 AND "state" = 'queued' AND "seenAt" < ${before} AND "kind" = ANY(${knownKinds()}::text[])
                 AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o."tenantId" = w."tenantId" AND o."jobId" = w."id")
               ORDER BY "createdAt" LIMIT ${rowsPerRound} FOR UPDATE SKIP LOCKED) AS lost
       WHERE j."tenantId" = lost."tenantId" AND j."id" = lost."id"
   RETURNING j."tenantId", j."id" AS "jobId", j."attempt", j."kind", j."priority"`,
  )
}

function findOrphanedJobs(): Promise<LostJob[]> {
  return withSystem(
    (db) => db.$queryRaw<LostJob[]>`
      SELECT "tenantId", "id" AS "jobId", "attempt", "kind", "priority" FROM job
       WHERE "publishedAt" IS NOT NULL AND "finishedAt" IS NULL
         AND "state" = 'running' AND "seenAt" < now() - ${signOfLifeMaxMs} * interval '1 ms'
         AND "kind" = ANY(${knownKinds()}::text[])
       ORDER BY "createdAt" LIMIT ${rowsPerRound}`,
  )
}
