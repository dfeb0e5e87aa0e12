import type { Db } from '#lib/db/pools.ts'
import { newId } from '#lib/ids.ts'
import { getKind } from '#lib/jobs/job-kinds.ts'

interface ScheduleWish {
  tenantId: string
  kind: string
  payload: unknown
  everySeconds: number
  /** What it is about; of one kind there is one schedule for each. */
  subject: { kind: string; id: string; label: string }
}

/**
 * Has a job done again and again. Its turns lie `everySeconds` apart, each schedule's shifted by an amount of its own that
 * never changes, so that many with one period spread over it. The first turn is the next one. A schedule that is there already
 * gets what is new and keeps its turns, unless the period changes.
 */
export async function keepSchedule(db: Db, wish: ScheduleWish): Promise<void> {
  const { tenantId, kind, payload, everySeconds, subject } = wish
  const id = newId()
  const body = JSON.stringify(getKind(kind).payload.parse(payload))
  await db.$executeRaw`
    INSERT INTO schedule ("tenantId", "id", "kind", "payload", "everySeconds", "nextRunAt", "subjectKind", "subjectId", "subjectLabel")
    VALUES (${tenantId}::uuid, ${id}::uuid, ${kind}, ${body}::jsonb, ${everySeconds}::int,
            now() + ((hashtextextended(${id}, 0) & 9223372036854775807) % ${everySeconds}::int) * interval '1 s',
            ${subject.kind}, ${subject.id}, ${subject.label})
        ON CONFLICT ("tenantId", "kind", "subjectId") DO UPDATE
       SET "payload" = excluded."payload", "everySeconds" = excluded."everySeconds", "subjectLabel" = excluded."subjectLabel",
           "nextRunAt" = CASE WHEN schedule."everySeconds" = excluded."everySeconds"
                              THEN schedule."nextRunAt" ELSE excluded."nextRunAt" END`
}

/** Which of a subject's schedules. */
interface ScheduleName {
  tenantId: string
  kind: string
  subjectId: string
}

/** Lets the turns pass without a job, until it is resumed: then the next turn is as if nothing had been. */
export async function pauseSchedule(db: Db, { tenantId, kind, subjectId }: ScheduleName): Promise<void> {
  await db.$executeRaw`
    UPDATE schedule SET "pausedAt" = coalesce("pausedAt", now())
     WHERE "tenantId" = ${tenantId}::uuid AND "kind" = ${kind} AND "subjectId" = ${subjectId}`
}

export async function resumeSchedule(db: Db, { tenantId, kind, subjectId }: ScheduleName): Promise<void> {
  await db.$executeRaw`
    UPDATE schedule SET "pausedAt" = NULL
     WHERE "tenantId" = ${tenantId}::uuid AND "kind" = ${kind} AND "subjectId" = ${subjectId}`
}

/** Ends a schedule. A job of it that waits or runs goes on. */
export async function removeSchedule(db: Db, { tenantId, kind, subjectId }: ScheduleName): Promise<void> {
  await db.schedule.deleteMany({ where: { tenantId, kind, subjectId } })
}
