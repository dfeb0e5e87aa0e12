import { withSystem } from '#lib/db/system.ts'
import { AppError } from '#lib/errors.ts'
import { isJobName, jobDefinitions } from '#lib/jobs/job-definitions.ts'
import { log } from '#lib/log.ts'
import { publishJobs } from '#lib/queue/publish-jobs.ts'
import { secondMs } from '#lib/time.ts'

/** Rows a round takes; one round is one short transaction and one round trip to Redis. */
const rowsPerRound = 200
/** A row whose relay died between claiming and publishing is claimed again after this. */
const claimMs = 10 * secondMs

interface OutboxRow {
  tenantId: string
  jobId: string
  attempt: number
  kind: string
}

/**
 * Publishes what is due in the outbox, oldest first. Safe in any number of workers at once: a row is claimed by one of them,
 * published outside the transaction, and gone only then. Gives how many rows it published; call again while it is a full
 * round. Throws `dependency-unavailable` while Redis is away, having put the rows back.
 */
export async function relayOutbox(): Promise<{ count: number; isFullRound: boolean }> {
  const rows = await claimRows()
  try {
    for (const [queue, ofQueue] of Map.groupBy(rows, queueOf)) {
      if (queue === undefined)
        log().error({ kinds: kindsOf(ofQueue) }, 'the outbox holds jobs of a kind this build does not know')
      else await publishJobs(queue, ofQueue)
    }
  } catch (error) {
    await releaseRows(rows)
    throw new AppError('dependency-unavailable', `${rows.length} jobs could not be handed to the queue`, {
      cause: error,
    })
  }
  await settleRows(rows.filter((row) => queueOf(row) !== undefined))
  return { count: rows.length, isFullRound: rows.length === rowsPerRound }
}

function queueOf({ kind }: OutboxRow): string | undefined {
  return isJobName(kind) ? jobDefinitions[kind].queue : undefined
}

function kindsOf(rows: readonly OutboxRow[]): string[] {
  return [...new Set(rows.map(({ kind }) => kind))]
}

function claimRows(): Promise<OutboxRow[]> {
  return withSystem(
    (db) => db.$queryRaw<OutboxRow[]>`
      UPDATE outbox o SET "dueAt" = now() + ${claimMs} * interval '1 ms'
        FROM (SELECT "tenantId", "jobId", "attempt" FROM outbox WHERE "dueAt" <= now()
               ORDER BY "dueAt" LIMIT ${rowsPerRound} FOR UPDATE SKIP LOCKED) AS due
       WHERE o."tenantId" = due."tenantId" AND o."jobId" = due."jobId" AND o."attempt" = due."attempt"
   RETURNING o."tenantId", o."jobId", o."attempt", o."kind"`,
  )
}

async function releaseRows(rows: readonly OutboxRow[]): Promise<void> {
  const claimed = JSON.stringify(rows)
  await withSystem(
    (db) => db.$executeRaw`
      UPDATE outbox o SET "dueAt" = now()
        FROM jsonb_to_recordset(${claimed}::jsonb) AS c("tenantId" uuid, "jobId" uuid, "attempt" int)
       WHERE o."tenantId" = c."tenantId" AND o."jobId" = c."jobId" AND o."attempt" = c."attempt"`,
  )
}

/** The job's own row now stands for the work: whoever looks for lost jobs counts from this moment. */
async function settleRows(rows: readonly OutboxRow[]): Promise<void> {
  if (rows.length === 0) return
  const claimed = JSON.stringify(rows)
  await withSystem(async (db) => {
    await db.$executeRaw`
      DELETE FROM outbox o USING jsonb_to_recordset(${claimed}::jsonb) AS c("tenantId" uuid, "jobId" uuid, "attempt" int)
       WHERE o."tenantId" = c."tenantId" AND o."jobId" = c."jobId" AND o."attempt" = c."attempt"`
    await db.$executeRaw`
      UPDATE job j SET "seenAt" = now()
        FROM jsonb_to_recordset(${claimed}::jsonb) AS c("tenantId" uuid, "jobId" uuid, "attempt" int)
       WHERE j."tenantId" = c."tenantId" AND j."id" = c."jobId" AND j."attempt" = c."attempt" AND j."state" = 'queued'`
  })
}
