import { withSystem } from '#lib/db/system.ts'
import { knownKinds } from '#lib/jobs/job-kinds.ts'
import { metrics } from '#lib/metrics.ts'

interface Waiting {
  kind: string
  count: number
  oldestSeconds: number
}

/** Counts the jobs that could run and have not started, and the age of the oldest, by kind, into the metrics of this process. */
export async function measureJobs(): Promise<void> {
  const rows = await withSystem(
    (db) => db.$queryRaw<Waiting[]>`
      SELECT j."kind", count(*)::int AS "count",
             extract(epoch FROM now() - min(greatest(j."createdAt", coalesce(o."dueAt", j."createdAt"))))::float8 AS "oldestSeconds"
        FROM job j LEFT JOIN outbox o ON o."tenantId" = j."tenantId" AND o."jobId" = j."id" AND o."attempt" = j."attempt"
       WHERE j."state" = 'queued' AND (o."dueAt" IS NULL OR o."dueAt" <= now())
       GROUP BY j."kind"`,
  )
  const waiting = new Map(rows.map((row) => [row.kind, row]))
  for (const job of knownKinds()) {
    metrics.jobsWaiting.set({ job }, waiting.get(job)?.count ?? 0)
    metrics.jobsOldestWaiting.set({ job }, waiting.get(job)?.oldestSeconds ?? 0)
  }
}
