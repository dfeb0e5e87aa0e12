import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import { hasEnqueued } from '#lib/jobs/enqueue.ts'
import type { AuditAuthor, AuditEntry } from '#lib/tenancy/audit-log.ts'
import { recordAudit } from '#lib/tenancy/audit-log.ts'
import type { Idempotency } from '#lib/tenancy/context.ts'
import type { EventEntry } from '#lib/tenancy/events.ts'
import { announceEvent, appendEvent } from '#lib/tenancy/events.ts'
import { sealTenantSecret } from '#lib/tenancy/tenant-keys.ts'
import { announceWork } from './jobs/announce-work.ts'

/** What a change did: its result for the caller, and how the audit log and open pages are told. */
export interface Outcome<T> extends AuditEntry {
  result: T
  event?: EventEntry
}

/** Who changes something in a team: any `TenantContext`, or a worker's own author. */
export interface Author extends AuditAuthor {
  idempotency?: Idempotency
}

/**
 * The only way to change something in a team. One transaction holds the change itself, exactly one audit event, the live
 * event if there is one, and the answer to a repeated request. Nothing of it is there unless all of it is.
 *
 * Throws `idempotency-in-progress` when an equal request has done the work meanwhile: its answer is there to be read.
 */
export async function mutate<T>(author: Author, work: (db: Db) => Promise<Outcome<T>>): Promise<T> {
  const { tenantId, idempotency } = author
  const { result, eventSeq, asksForWork } = await withTenant(tenantId, async (db) => {
    if (idempotency) await claimKey(db, tenantId, idempotency)
    const outcome = await work(db)
    await recordAudit(db, author, outcome)
    const seq = outcome.event && (await appendEvent(db, tenantId, outcome.event))
    if (idempotency) await keepAnswer(db, { tenantId, idempotency, answer: idempotency.serialise(outcome.result) })
    return { result: outcome.result, eventSeq: seq, asksForWork: hasEnqueued(db) }
  })
  if (eventSeq !== undefined) announceEvent(tenantId, eventSeq)
  if (asksForWork) announceWork()
  return result
}

/**
 * The same inside a transaction that is open already: for the few changes in a team that need the system door. They have no
 * live event.
 *
 * Throws as `mutate`.
 */
export async function carryOut<T>(db: Db, author: Author, work: () => Promise<Outcome<T>>): Promise<T> {
  const { tenantId, idempotency } = author
  if (idempotency) await claimKey(db, tenantId, idempotency)
  const outcome = await work()
  await recordAudit(db, author, outcome)
  if (idempotency) await keepAnswer(db, { tenantId, idempotency, answer: idempotency.serialise(outcome.result) })
  return outcome.result
}

/** Equal requests that arrive together wait here in line, so that only the first one does the work. */
async function claimKey(db: Db, tenantId: string, { route, key }: Idempotency): Promise<void> {
  const name = `${tenantId} ${route} ${key}`
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`
  const earlier = await db.idempotencyKey.findUnique({
    where: { tenantId_route_key: { tenantId, route, key } },
    select: { key: true },
  })
  if (earlier) throw new AppError('idempotency-in-progress', `An equal request to ${route} was answered meanwhile`)
}

interface Answer {
  tenantId: string
  idempotency: Idempotency
  answer: string
}

/** Sealed, since an answer may hold what is shown only once. */
async function keepAnswer(db: Db, { tenantId, idempotency, answer }: Answer): Promise<void> {
  const { route, key, bodyHash, status } = idempotency
  const place = { tenantId, table: 'idempotency_key', row: `${route} ${key}`, column: 'responseSealed' }
  const responseSealed = await sealTenantSecret(db, answer, place)
  await db.idempotencyKey.create({ data: { tenantId, route, key, bodyHash, status, responseSealed } })
}
