import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { findLivingSessions } from '#lib/tenancy/sessions.ts'
import type { LiveStream } from './live-stream.ts'

interface Findings {
  /** Ids of streams whose reader may no longer read. */
  endedIds: ReadonlySet<string>
  /** Where the sequence of each team stands. */
  heads: ReadonlyMap<string, bigint>
}

/**
 * Looks once at everything open streams rest on: the session still opens doors, its person is still a member, or the API key
 * neither revoked nor expired and its creator a member; the team is there and not being deleted. Reading touches nothing: an
 * open page keeps no session alive.
 */
export function findEndedStreams(streams: readonly LiveStream[]): Promise<Findings> {
  return withSystem(async (db) => {
    const bySession = await readableBySession(db, streams)
    const byKey = await readableByKey(db, streams)
    const heads = await db.eventHead.findMany({
      where: { tenantId: { in: [...new Set(streams.map(({ tenantId }) => tenantId))] } },
    })
    const ended = streams.filter((stream) => !(bySession.has(stream) || byKey.has(stream)))
    return {
      endedIds: new Set(ended.map(({ id }) => id)),
      heads: new Map(heads.map(({ tenantId, seq }) => [tenantId, seq])),
    }
  })
}

async function readableBySession(db: Db, streams: readonly LiveStream[]): Promise<Set<LiveStream>> {
  const ids = new Set(streams.flatMap(({ sessionId }) => sessionId ?? []))
  if (ids.size === 0) return new Set()
  const living = await findLivingSessions(db, [...ids])
  const opens = ({ sessionId = '', tenantId }: LiveStream) =>
    living.get(sessionId)?.memberships.some((team) => team.tenantId === tenantId && team.closingAt === null) ?? false
  return new Set(streams.filter(opens))
}

async function readableByKey(db: Db, streams: readonly LiveStream[]): Promise<Set<LiveStream>> {
  const ids = new Set(streams.flatMap(({ apiKeyId }) => apiKeyId ?? []))
  if (ids.size === 0) return new Set()
  const living = await db.$queryRaw<{ place: string }[]>`
    SELECT k."tenantId" || ' ' || k."id" AS "place"
      FROM api_key k
      JOIN membership m ON m."tenantId" = k."tenantId" AND m."userId" = k."createdBy"
      JOIN tenant t ON t."id" = k."tenantId" AND t."closingAt" IS NULL
     WHERE k."tenantId" = ANY(${streams.map(({ tenantId }) => tenantId)}::uuid[]) AND k."id" = ANY(${[...ids]}::uuid[])
       AND k."revokedAt" IS NULL AND k."expiresAt" > now()`
  const places = new Set(living.map(({ place }) => place))
  return new Set(streams.filter(({ tenantId, apiKeyId }) => places.has(`${tenantId} ${apiKeyId}`)))
}
