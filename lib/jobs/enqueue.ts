import { newId } from '#lib/ids.ts'
import { processWide } from '#lib/process-wide.ts'
import type { JobRequest } from './job-definitions.ts'
import { jobDefinitions } from './job-definitions.ts'

/** The channel on which relays hear that the outbox has work. */
export const outboxChannel = 'kstone_outbox'

const askers = processWide('transactions-that-ask-for-work', () => new WeakSet<object>())

/** Whether work was asked for in this transaction; whoever commits it then wakes the relays. */
export function hasEnqueued(db: object): boolean {
  return askers.has(db)
}

/** The client of the open transaction. */
interface Transaction {
  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): PromiseLike<number>
}

/**
 * Asks for background work in the transaction that needs it: once that commits the work will run, whether Redis is there or
 * not; if it does not commit, nobody ever asked. Gives the job's id. Nobody is woken
 * from here: a notifying transaction waits at its commit for a lock that all of the database share.
 */
export async function enqueue(
  db: Transaction,
  { tenantId, requestId }: { tenantId: string; requestId: string },
  { kind, payload }: JobRequest,
): Promise<string> {
  const id = newId()
  const body = JSON.stringify(jobDefinitions[kind].payload.parse(payload))
  await db.$executeRaw`
    INSERT INTO job ("tenantId", "id", "kind", "payload", "requestId")
    VALUES (${tenantId}::uuid, ${id}::uuid, ${kind}, ${body}::jsonb, ${requestId})`
  await db.$executeRaw`
    INSERT INTO outbox ("tenantId", "jobId", "attempt", "kind") VALUES (${tenantId}::uuid, ${id}::uuid, 1, ${kind})`
  askers.add(db)
  return id
}
