import { withSystem } from '#lib/db/system.ts'
import { knownStreamKinds } from '#lib/jobs/stream-definitions.ts'
import { secondMs } from '#lib/time.ts'

/** A stream whose worker has not renewed it for this long falls to another one. Workers renew every 2.5 s. */
export const leaseMs = 10 * secondMs

/** A stream in the hands of one worker; `attempt` fences its writes. */
export interface StreamLease {
  tenantId: string
  id: string
  attempt: number
}

export interface TakenStream extends StreamLease {
  kind: string
  subjectId: string
  payload: unknown
}

/** Streams of the kinds this build knows, whoever runs them. */
export async function countStreams(): Promise<number> {
  const [row] = await withSystem(
    (db) => db.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM stream_lease WHERE "kind" = ANY(${knownStreamKinds()}::text[])`,
  )
  return row?.count ?? 0
}

/** Takes up to `count` streams nobody runs. Two workers that ask at once never get the same one. */
export function takeStreams(owner: string, count: number): Promise<TakenStream[]> {
  return withSystem(
    (db) => db.$queryRaw<TakenStream[]>`
      UPDATE stream_lease s SET "owner" = ${owner}, "attempt" = s."attempt" + 1, "takenAt" = now(), "error" = NULL,
                                "expiresAt" = now() + ${leaseMs} * interval '1 ms'
        FROM (SELECT "tenantId", "id" FROM stream_lease
               WHERE "expiresAt" <= now() AND "kind" = ANY(${knownStreamKinds()}::text[])
               ORDER BY "expiresAt" LIMIT ${count} FOR UPDATE SKIP LOCKED) AS free
       WHERE s."tenantId" = free."tenantId" AND s."id" = free."id"
   RETURNING s."tenantId", s."id", s."attempt", s."kind", s."subjectId", s."payload"`,
  )
}

/** Keeps leases for another `leaseMs`. Gives those that still were ours; the others are lost for good. */
export async function renewStreams(owner: string, leases: readonly StreamLease[]): Promise<StreamLease[]> {
  if (leases.length === 0) return []
  return await withSystem(
    (db) => db.$queryRaw<StreamLease[]>`
      UPDATE stream_lease s SET "expiresAt" = now() + ${leaseMs} * interval '1 ms'
        FROM jsonb_to_recordset(${JSON.stringify(leases)}::jsonb) AS mine("tenantId" uuid, "id" uuid, "attempt" int)
       WHERE s."tenantId" = mine."tenantId" AND s."id" = mine."id" AND s."attempt" = mine."attempt" AND s."owner" = ${owner}
   RETURNING s."tenantId", s."id", s."attempt"`,
  )
}

interface Release {
  owner: string
  /** Nobody takes it sooner than after this. */
  pauseMs: number
  /** Code of the failure that ended it; null when it was given away. */
  error: string | null
}

/** Lets go of a stream; does nothing when it is no longer ours. */
export async function releaseStream({ tenantId, id, attempt }: StreamLease, release: Release): Promise<void> {
  await withSystem(
    (db) => db.$executeRaw`
      UPDATE stream_lease SET "owner" = NULL, "error" = ${release.error},
                              "expiresAt" = now() + ${release.pauseMs} * interval '1 ms'
       WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${id}::uuid AND "attempt" = ${attempt} AND "owner" = ${release.owner}`,
  )
}
