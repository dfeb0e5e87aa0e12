import { config } from '#lib/config.ts'
import { withSystem } from '#lib/db/system.ts'
import type { LiveStream } from './live-stream.ts'

interface Findings {
  /** Ids of streams whose reader may no longer read. */
  endedIds: ReadonlySet<string>
  /** Where the sequence of each team stands. */
  heads: ReadonlyMap<string, bigint>
}

/**
 * Looks once at everything open streams rest on: the session is neither revoked nor expired nor idle, its person still a
 * member, or the API key neither revoked nor expired and its creator a member; the team is there and not being deleted.
 * Reading touches nothing: an open page keeps no session alive.
 */
export function findEndedStreams(streams: readonly LiveStream[]): Promise<Findings> {
  const { privilegedSessionIdleMinutes, sessionIdleMinutes } = config()
  const open = JSON.stringify(
    streams.map(({ id, tenantId, sessionId, apiKeyId }) => ({ id, tenantId, sessionId, apiKeyId })),
  )
  return withSystem(async (db) => {
    const ended = await db.$queryRaw<{ id: string }[]>`
      SELECT o."id"
        FROM jsonb_to_recordset(${open}::jsonb) AS o("id" text, "tenantId" uuid, "sessionId" uuid, "apiKeyId" uuid)
       WHERE NOT EXISTS (
               SELECT 1 FROM "session" s
                 JOIN membership m ON m."tenantId" = o."tenantId" AND m."userId" = s."userId"
                 JOIN tenant t ON t."id" = o."tenantId" AND t."closingAt" IS NULL
                WHERE s."id" = o."sessionId" AND s."revokedAt" IS NULL AND s."expiresAt" > now()
                  AND s."seenAt" > now() - make_interval(mins =>
                        CASE WHEN EXISTS (SELECT 1 FROM membership p
                                           WHERE p."userId" = s."userId" AND p."role" IN ('admin', 'owner'))
                             THEN ${privilegedSessionIdleMinutes}::int ELSE ${sessionIdleMinutes}::int END))
         AND NOT EXISTS (
               SELECT 1 FROM api_key k
                 JOIN membership m ON m."tenantId" = k."tenantId" AND m."userId" = k."createdBy"
                 JOIN tenant t ON t."id" = k."tenantId" AND t."closingAt" IS NULL
                WHERE k."tenantId" = o."tenantId" AND k."id" = o."apiKeyId" AND k."revokedAt" IS NULL
                  AND k."expiresAt" > now())`
    const heads = await db.eventHead.findMany({
      where: { tenantId: { in: [...new Set(streams.map((s) => s.tenantId))] } },
    })
    return {
      endedIds: new Set(ended.map(({ id }) => id)),
      heads: new Map(heads.map(({ tenantId, seq }) => [tenantId, seq])),
    }
  })
}
