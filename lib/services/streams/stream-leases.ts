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

/** What became of leases that were to be renewed; those in neither list are lost for good. */
export interface Renewal {
  renewed: readonly { id: string }[]
  /** Ours still, but held by a transaction of the stream itself: as long as they last, and asked for again. */
  busy: readonly { id: string }[]
}

/** Keeps leases for another `leaseMs`, without waiting for any of them: one slow stream must not cost the others theirs. */
export async function renewStreams(owner: string, leases: readonly StreamLease[]): Promise<Renewal> {
  if (leases.length === 0) return { renewed: [], busy: [] }
  const mine = JSON.stringify(leases)
  return await withSystem(async (db) => {
    const renewed = await db.$queryRaw<{ id: string }[]>`
      UPDATE stream_lease s SET "expiresAt" = now() + ${leaseMs} * interval '1 ms'
        FROM (SELECT l."tenantId", l."id" FROM stream_lease l
                JOIN jsonb_to_recordset(${mine}::jsonb) AS mine("tenantId" uuid, "id" uuid, "attempt" int)
                  ON l."tenantId" = mine."tenantId" AND l."id" = mine."id" AND l."attempt" = mine."attempt"
               WHERE l."owner" = ${owner} FOR UPDATE OF l SKIP LOCKED) AS free
       WHERE s."tenantId" = free."tenantId" AND s."id" = free."id"
   RETURNING s."id"`
    const ours = await db.$queryRaw<{ id: string }[]>`
      SELECT l."id" FROM stream_lease l
        JOIN jsonb_to_recordset(${mine}::jsonb) AS mine("tenantId" uuid, "id" uuid, "attempt" int)
          ON l."tenantId" = mine."tenantId" AND l."id" = mine."id" AND l."attempt" = mine."attempt"
       WHERE l."owner" = ${owner}`
    const done = new Set(renewed.map(({ id }) => id))
    return { renewed, busy: ours.filter(({ id }) => !done.has(id)) }
  })
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
