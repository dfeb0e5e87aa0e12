import { newId } from '#lib/ids.ts'
import type { JobRequest } from './job-definitions.ts'
import { jobDefinitions } from './job-definitions.ts'

/** The channel on which relays hear that the outbox has work. */
export const outboxChannel = 'kstone_outbox'

/** The client of the open transaction. */
interface Transaction {
  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): PromiseLike<number>
}

/**
 * Asks for background work in the transaction that needs it: once that commits the work will run, whether Redis is there or
 * not; if it does not commit, nobody ever asked. Gives the job's id.
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
  await db.$executeRaw`SELECT pg_notify(${outboxChannel}, '')`
  return id
}
