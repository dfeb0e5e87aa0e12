import { withSystem } from '#lib/db/system.ts'
import { isJobName, jobDefinitions, jobNames } from '#lib/jobs/job-definitions.ts'
import { metrics } from '#lib/metrics.ts'
import { hasForgotten } from '#lib/queue/memory-mark.ts'
import { publishJobs } from '#lib/queue/publish-jobs.ts'
import { secondMs } from '#lib/time.ts'
import { signOfLifeMaxMs } from './claim-job.ts'

/** A job published this long ago that no worker has begun may have been lost by Redis. */
const waitingMaxMs = 20 * secondMs
const rowsPerRound = 1_000

interface LostJob {
  tenantId: string
  jobId: string
  attempt: number
  kind: string
}

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

async function publish(jobs: readonly LostJob[]): Promise<number> {
  const known = jobs.flatMap((job) => (isJobName(job.kind) ? [{ ...job, queue: jobDefinitions[job.kind].queue }] : []))
  for (const [queue, ofQueue] of Map.groupBy(known, (job) => job.queue)) await publishJobs(queue, ofQueue)
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
               WHERE "state" = 'queued' AND "seenAt" < ${before} AND "kind" = ANY(${jobNames}::text[])
                 AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o."tenantId" = w."tenantId" AND o."jobId" = w."id")
               ORDER BY "createdAt" LIMIT ${rowsPerRound} FOR UPDATE SKIP LOCKED) AS lost
       WHERE j."tenantId" = lost."tenantId" AND j."id" = lost."id"
   RETURNING j."tenantId", j."id" AS "jobId", j."attempt", j."kind"`,
  )
}

function findOrphanedJobs(): Promise<LostJob[]> {
  return withSystem(
    (db) => db.$queryRaw<LostJob[]>`
      SELECT "tenantId", "id" AS "jobId", "attempt", "kind" FROM job
       WHERE "state" = 'running' AND "seenAt" < now() - ${signOfLifeMaxMs} * interval '1 ms'
         AND "kind" = ANY(${jobNames}::text[])
       ORDER BY "createdAt" LIMIT ${rowsPerRound}`,
  )
}

/** Counts the jobs that could run and have not started, by kind, into the metrics of this process. */
export async function measureWaitingJobs(): Promise<void> {
  const rows = await withSystem(
    (db) => db.$queryRaw<{ kind: string; count: number }[]>`
      SELECT j."kind", count(*)::int AS count FROM job j
       WHERE j."state" = 'queued' AND NOT EXISTS (
               SELECT 1 FROM outbox o WHERE o."tenantId" = j."tenantId" AND o."jobId" = j."id" AND o."dueAt" > now())
       GROUP BY j."kind"`,
  )
  const counts = new Map(rows.map(({ kind, count }) => [kind, count]))
  for (const job of Object.keys(jobDefinitions)) metrics.jobsWaiting.set({ job }, counts.get(job) ?? 0)
}
