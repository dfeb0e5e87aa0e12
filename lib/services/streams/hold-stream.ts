import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import type { StreamLease } from './stream-leases.ts'

/**
 * Fences a transaction of a stream: its writes are kept only if the stream is still ours when they are committed.
 * Throws `conflict` when somebody has taken it over.
 */
export async function holdStream(db: Db, { tenantId, id, attempt }: StreamLease): Promise<void> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM stream_lease
     WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${id}::uuid AND "attempt" = ${attempt} AND "owner" IS NOT NULL
       FOR UPDATE`
  if (rows.length === 0) throw new AppError('conflict', `Attempt ${attempt} of stream ${id} was taken over`)
}
