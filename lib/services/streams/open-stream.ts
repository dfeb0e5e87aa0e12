import type { Db } from '#lib/db/pools.ts'
import { newId } from '#lib/ids.ts'
import { getStreamKind } from '#lib/jobs/stream-definitions.ts'

interface StreamWish {
  tenantId: string
  kind: string
  /** What it watches; of one kind there is one stream for each. */
  subjectId: string
  payload: unknown
}

/** Asks for a stream: workers run it within seconds and until it is closed. One that is there already begins anew with a new payload. */
export async function openStream(db: Db, { tenantId, kind, subjectId, payload }: StreamWish): Promise<void> {
  const body = JSON.stringify(getStreamKind(kind).payload.parse(payload))
  await db.$executeRaw`
    INSERT INTO stream_lease ("tenantId", "id", "kind", "subjectId", "payload")
    VALUES (${tenantId}::uuid, ${newId()}::uuid, ${kind}, ${subjectId}, ${body}::jsonb)
        ON CONFLICT ("tenantId", "kind", "subjectId") DO UPDATE
       SET "payload" = excluded."payload", "owner" = NULL, "attempt" = stream_lease."attempt" + 1, "expiresAt" = now()
     WHERE stream_lease."payload" IS DISTINCT FROM excluded."payload"`
}

/** Ends a stream; its worker notices within seconds. Does nothing when there is none. */
export async function closeStream(db: Db, { tenantId, kind, subjectId }: Omit<StreamWish, 'payload'>): Promise<void> {
  await db.streamLease.deleteMany({ where: { tenantId, kind, subjectId } })
}
