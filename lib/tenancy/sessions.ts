import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { config } from '#lib/config.ts'
import { role } from '#lib/contracts/roles.ts'
import type { Db } from '#lib/db/pools.ts'
import { hashToken, newId } from '#lib/ids.ts'
import { addMs, minuteMs } from '#lib/time.ts'
import type { RequestContext } from './context.ts'
import { isAtLeast } from './permissions.ts'
import { sessionLifetimeMs } from './session-cookie.ts'

/** Why a session ended before its time; kept in its row. */
export type RevocationReason = 'signed-out' | 'replaced' | 'revoked-by-user' | 'password-changed' | 'password-reset'

const touchEveryMs = minuteMs

const instant = z.coerce.date()

const membershipSchema = z.object({
  tenantId: z.string(),
  role,
  name: z.string(),
  plan: z.string(),
  quotaOverrides: z.unknown(),
  closingAt: instant.nullable(),
})

const sessionSchema = z.object({
  id: z.string(),
  userId: z.string(),
  method: z.enum(['password', 'oidc']),
  activeTenantId: z.string().nullable(),
  authAt: instant,
  seenAt: instant,
  expiresAt: instant,
  revokedAt: instant.nullable(),
  readAt: instant,
  email: z.string(),
  name: z.string(),
  locale: z.enum(['en', 'zh']),
  memberships: z.array(membershipSchema),
})

const lifeSchema = sessionSchema
  .pick({ id: true, seenAt: true, expiresAt: true, revokedAt: true, readAt: true })
  .extend({ memberships: z.array(membershipSchema.pick({ tenantId: true, role: true, closingAt: true })) })

/** What is known of a session to whoever asks only whether it lives, and for which teams. */
type SessionLife = z.infer<typeof lifeSchema>

export type SessionMembership = z.infer<typeof membershipSchema>
export type LoadedSession = z.infer<typeof sessionSchema>

type SessionFilter = NonNullable<Parameters<Db['session']['findMany']>[0]>['where'] & object

interface NewSession {
  userId: string
  method: 'password' | 'oidc'
  /** When the person proved who they are; long ago when nobody knows. */
  authAt: Date
  /** The team to begin in; null for the oldest. */
  activeTenantId: string | null
}

/**
 * Starts a session and gives its id for the cookie, 256 random bits of which the row holds only the hash. Every sign-in
 * makes a new one, so an id planted in a browser beforehand opens nothing (ASVS 5.0 7.2.4).
 */
export async function createSession(
  db: Db,
  context: RequestContext,
  session: NewSession,
): Promise<{ id: string; sid: string }> {
  const sid = randomBytes(32).toString('base64url')
  const id = newId()
  await db.session.create({
    data: {
      ...session,
      id,
      sidHash: hashToken(sid),
      ip: context.ip,
      userAgent: context.userAgent,
      expiresAt: addMs(new Date(), sessionLifetimeMs),
    },
  })
  return { id, sid }
}

/** The session of a cookie with its person and teams, alive or dead, in one query; times by the database's clock. */
export async function findSession(db: Db, sid: string): Promise<LoadedSession | undefined> {
  const [row] = await db.$queryRaw<unknown[]>`
    SELECT s."id", s."userId", s."method", s."activeTenantId", s."authAt", s."seenAt", s."expiresAt", s."revokedAt",
           now() AS "readAt", u."email", u."name", u."locale",
           coalesce(jsonb_agg(jsonb_build_object(
             'tenantId', t."id", 'role', m."role", 'name', t."name", 'plan', t."plan",
             'quotaOverrides', t."quotaOverrides", 'closingAt', t."closingAt"
           ) ORDER BY m."createdAt", m."tenantId") FILTER (WHERE t."id" IS NOT NULL), '[]') AS "memberships"
      FROM "session" s
      JOIN "user" u ON u."id" = s."userId"
      LEFT JOIN "membership" m ON m."userId" = s."userId"
      LEFT JOIN "tenant" t ON t."id" = m."tenantId"
     WHERE s."sidHash" = ${hashToken(sid)}
     GROUP BY s."id", u."id"`
  return row === undefined ? undefined : sessionSchema.parse(row)
}

/**
 * How the row of a session looks that opens doors at `now`: not ended, not older than 7 days, not idle for too long. Owners
 * and admins of any team are asked sooner (ASVS 5.0 7.3.1); naming another team in the request changes nothing. Whoever
 * judges sessions asks here, one by one or as the filter of a query.
 */
function boundsOfLife(memberships: readonly { role: string }[], now: Date) {
  const isPrivileged = memberships.some((membership) => isAtLeast(role.parse(membership.role), 'admin'))
  const idleMinutes = isPrivileged ? config().privilegedSessionIdleMinutes : config().sessionIdleMinutes
  return { revokedAt: null, expiresAt: { gt: now }, seenAt: { gt: addMs(now, -idleMinutes * minuteMs) } }
}

/** Whether the session still opens doors. */
export function isAlive(session: SessionLife): boolean {
  const { revokedAt, expiresAt, seenAt } = boundsOfLife(session.memberships, session.readAt)
  return session.revokedAt === revokedAt && session.expiresAt > expiresAt.gt && session.seenAt > seenAt.gt
}

/** Which of a person's sessions still open doors, for lists. */
export async function livingSessionsOf(db: Db, userId: string): Promise<SessionFilter> {
  const memberships = await db.membership.findMany({ where: { userId }, select: { role: true } })
  return { userId, ...boundsOfLife(memberships, new Date()) }
}

/** Of these sessions those that still open doors, by their id, with the teams they open. Reading keeps none of them awake. */
export async function findLivingSessions(db: Db, ids: readonly string[]): Promise<Map<string, SessionLife>> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT s."id", s."seenAt", s."expiresAt", s."revokedAt", now() AS "readAt",
           coalesce(jsonb_agg(jsonb_build_object('tenantId', t."id", 'role', m."role", 'closingAt', t."closingAt"))
                    FILTER (WHERE t."id" IS NOT NULL), '[]') AS "memberships"
      FROM "session" s
      LEFT JOIN "membership" m ON m."userId" = s."userId"
      LEFT JOIN "tenant" t ON t."id" = m."tenantId"
     WHERE s."id" = ANY(${[...ids]}::uuid[])
     GROUP BY s."id"`
  const sessions = rows.map((row) => lifeSchema.parse(row))
  return new Map(sessions.filter(isAlive).map((session) => [session.id, session]))
}

/** Remembers that the person did something, at most once a minute and never backwards. */
export async function touchSession(db: Db, session: LoadedSession): Promise<void> {
  if (session.readAt.getTime() - session.seenAt.getTime() < touchEveryMs) return
  await db.$executeRaw`
    UPDATE "session" SET "seenAt" = now() WHERE "id" = ${session.id}::uuid AND "seenAt" < now() AND "revokedAt" IS NULL`
}

/** Ends the sessions that `which` names; gives how many were alive. What has ended stays ended. */
export async function revokeSessions(
  db: Db,
  which: { userId: string; id?: string; exceptId?: string } | { id: string },
  reason: RevocationReason,
): Promise<number> {
  const { exceptId, ...exact } = { exceptId: undefined, ...which }
  const { count } = await db.session.updateMany({
    where: {
      ...exact,
      revokedAt: null,
      expiresAt: { gt: new Date() },
      ...(exceptId === undefined ? {} : { NOT: { id: exceptId } }),
    },
    data: { revokedAt: new Date(), revokedReason: reason },
  })
  return count
}
