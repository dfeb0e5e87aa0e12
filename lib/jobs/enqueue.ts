import { faultPoint } from '#lib/fault-points.ts'
import { newId } from '#lib/ids.ts'
import { processWide } from '#lib/process-wide.ts'
import type { JobRequest } from './job-definitions.ts'
import { getKind } from './job-kinds.ts'

/** The channel on which relays hear that the outbox has work. */
export const outboxChannel = 'kstone_outbox'

const askers = processWide('transactions-that-ask-for-work', () => new WeakSet<object>())

/** Whether work was asked for in this transaction; whoever commits it then wakes the relays. */
export function hasEnqueued(db: object): boolean {
  return askers.has(db)
}

/** Has whoever commits this transaction wake the workers: there is work for them, though not in the outbox. */
export function wakeWorkers(db: object): void {
  askers.add(db)
}

/** The client of the open transaction. */
interface Transaction {
  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): PromiseLike<number>
}

/** Whoever asks for work, and in which team. */
export interface Asker {
  tenantId: string
  requestId: string
  actor?: { kind: string; id: string; label: string }
}

/** What a job is about: a cluster, an import. Shown with it, and what lists are narrowed by. */
export interface JobSubject {
  kind: string
  id: string
  label: string
}

/** How a job is to be run, and what it belongs to. */
export interface JobManner {
  /** 1 most urgent, 9 least; 5 when not given. Of one team's jobs the more urgent run first. */
  priority?: number
  subject?: JobSubject
  /** The schedule whose turn it is. */
  scheduleId?: string
}

const usualPriority = 5

/**
 * Asks for background work in the transaction that needs it: once that commits the work will run, whether Redis is there or
 * not; if it does not commit, nobody ever asked. Gives the job's id. Nobody is woken
 * from here: a notifying transaction waits at its commit for a lock that all of the database share.
 */
export function enqueue(db: Transaction, asker: Asker, request: JobRequest & JobManner): Promise<string> {
  return enqueueKind(db, asker, request)
}

/** The same for a kind only known at run time: out of a schedule's row, say. Throws for an unknown kind or a wrong payload. */
export async function enqueueKind(
  db: Transaction,
  { tenantId, requestId, actor }: Asker,
  { kind, payload, priority = usualPriority, subject, scheduleId }: { kind: string; payload: unknown } & JobManner,
): Promise<string> {
  const id = newId()
  const body = JSON.stringify(getKind(kind).payload.parse(payload))
  faultPoint('before-outbox-insert')
  await db.$executeRaw`
    INSERT INTO job ("tenantId", "id", "kind", "payload", "priority", "requestId", "scheduleId", "subjectKind", "subjectId",
                     "subjectLabel", "actorKind", "actorId", "actorLabel")
    VALUES (${tenantId}::uuid, ${id}::uuid, ${kind}, ${body}::jsonb, ${priority}, ${requestId},
            ${scheduleId ?? null}::uuid, ${subject?.kind ?? null}, ${subject?.id ?? null}, ${subject?.label ?? null},
            ${actor?.kind ?? null}, ${actor?.id ?? null}, ${actor?.label ?? null})`
  await putIntoOutbox(db, { tenantId, jobId: id, attempt: 1, kind, priority, pauseMs: 0 })
  return id
}

interface OutboxEntry {
  tenantId: string
  jobId: string
  attempt: number
  kind: string
  priority: number
  /** How long it waits before the relay takes it. */
  pauseMs: number
}

/** Has an attempt of a job handed to the queue, by a relay and after the commit. */
export async function putIntoOutbox(db: Transaction, entry: OutboxEntry): Promise<void> {
  const { tenantId, jobId, attempt, kind, priority, pauseMs } = entry
  await db.$executeRaw`
    INSERT INTO outbox ("tenantId", "jobId", "attempt", "kind", "priority", "dueAt")
    VALUES (${tenantId}::uuid, ${jobId}::uuid, ${attempt}, ${kind}, ${priority}, now() + ${pauseMs} * interval '1 ms')`
  wakeWorkers(db)
  faultPoint('after-outbox-insert')
}
