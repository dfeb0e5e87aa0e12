import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { newId } from '#lib/ids.ts'
import { enqueueKind } from '#lib/jobs/enqueue.ts'
import { getKind, knownKinds } from '#lib/jobs/job-kinds.ts'
import { log } from '#lib/log.ts'
import { announceWork } from '#lib/services/jobs/announce-work.ts'

const rowsPerRound = 200
/** Behind everything people ask for. */
const routinePriority = 8

interface DueSchedule {
  tenantId: string
  id: string
  kind: string
  payload: unknown
  subjectKind: string | null
  subjectId: string | null
  subjectLabel: string | null
  /** Its last job has not ended. */
  isBusy: boolean
}

/**
 * Turns due schedules into jobs, by the database's clock. The row and its next turn change in the transaction of the job
 * itself: of two sweeps each row is seen by one. Turns that passed while nobody looked, or while the last job still ran, are
 * made up for by one job, not by all. Gives how many rows it looked at; call again while there are as many as a round takes.
 */
export async function runDueSchedules(): Promise<number> {
  const { seen, asked } = await withSystem(async (db) => {
    const due = await claimDue(db)
    const started = due.filter((row) => !row.isBusy && isSound(row))
    for (const row of started) await askFor(db, row)
    await moveOn(db, { due, started })
    return { seen: due.length, asked: started.length }
  })
  if (asked > 0) announceWork()
  return seen
}

function claimDue(db: Db): Promise<DueSchedule[]> {
  return db.$queryRaw<DueSchedule[]>`
    SELECT s."tenantId", s."id", s."kind", s."payload", s."subjectKind", s."subjectId", s."subjectLabel",
           EXISTS (SELECT 1 FROM job j
                    WHERE j."tenantId" = s."tenantId" AND j."scheduleId" = s."id" AND j."finishedAt" IS NULL) AS "isBusy"
      FROM schedule s JOIN tenant t ON t."id" = s."tenantId"
     WHERE s."nextRunAt" <= now() AND s."pausedAt" IS NULL AND t."closingAt" IS NULL
       AND s."kind" = ANY(${knownKinds()}::text[])
     ORDER BY s."nextRunAt" LIMIT ${rowsPerRound} FOR UPDATE OF s SKIP LOCKED`
}

/** A row some other build has written must not keep all the others from their turn. */
function isSound({ kind, payload, id }: DueSchedule): boolean {
  const parsed = getKind(kind).payload.safeParse(payload)
  if (!parsed.success) log().error({ scheduleId: id, kind }, 'a schedule asks for what its kind does not understand')
  return parsed.success
}

async function askFor(db: Db, row: DueSchedule): Promise<void> {
  const { tenantId, id, kind, payload, subjectKind, subjectId, subjectLabel } = row
  const subject = subjectKind !== null && subjectId !== null ? { kind: subjectKind, id: subjectId } : undefined
  await enqueueKind(
    db,
    { tenantId, requestId: newId() },
    {
      kind,
      payload,
      priority: routinePriority,
      scheduleId: id,
      ...(subject ? { subject: { ...subject, label: subjectLabel ?? subject.id } } : {}),
    },
  )
}

/** The next turn after now: whole periods since 1970, shifted by an amount that hangs on the row's id alone. */
async function moveOn(db: Db, { due, started }: { due: readonly DueSchedule[]; started: readonly DueSchedule[] }) {
  if (due.length === 0) return
  const startedIds = new Set(started.map(({ id }) => id))
  const rows = JSON.stringify(due.map(({ tenantId, id }) => ({ tenantId, id, isStarted: startedIds.has(id) })))
  await db.$executeRaw`
    UPDATE schedule s
       SET "lastRunAt" = CASE WHEN turn."isStarted" THEN now() ELSE s."lastRunAt" END,
           "nextRunAt" = to_timestamp((floor((extract(epoch FROM now()) - turn."shift" % s."everySeconds") / s."everySeconds") + 1)
                                      * s."everySeconds" + turn."shift" % s."everySeconds")
      FROM (SELECT "tenantId", "id", "isStarted", hashtextextended("id"::text, 0) & 9223372036854775807 AS "shift"
              FROM jsonb_to_recordset(${rows}::jsonb) AS due("tenantId" uuid, "id" uuid, "isStarted" boolean)) AS turn
     WHERE s."tenantId" = turn."tenantId" AND s."id" = turn."id"`
}
