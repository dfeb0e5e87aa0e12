import { z } from 'zod'
import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { AppError } from '#lib/errors.ts'
import { log } from '#lib/log.ts'
import { announceAccessChange } from './access-changes.ts'
import type { AuditEntry } from './audit-log.ts'
import { recordAudit } from './audit-log.ts'
import type { RequestContext } from './context.ts'
import { findOrCreateOidcUser, parseClaims, provenAt } from './oidc.ts'
import { readSid } from './session-cookie.ts'
import type { LoadedSession } from './sessions.ts'
import { createSession, findSession, isAlive, revokeSessions } from './sessions.ts'

/** One request to the sign-in door: who sends it, and what its browser holds already. */
export interface Visit {
  context: RequestContext
  headers: Headers
}

/** Somebody who has just proved who they are. */
export interface ProvenPerson {
  userId: string
  method: 'password' | 'oidc'
  /** When they proved it; long ago when nobody knows. */
  authAt: Date
  /** The identity provider's issuer, when the account was connected to it just now. */
  connectedTo?: string
}

const claimsSchema = z.object({ sub: z.string(), sid: z.string() })

/** What the session cookie holds, sealed. */
export type SessionClaims = z.infer<typeof claimsSchema>

/**
 * The person behind an identity that a provider has confirmed.
 *
 * @throws AppError as `findOrCreateOidcUser`
 */
export async function admitOidcPerson({ headers }: Visit, profile: unknown): Promise<ProvenPerson> {
  const claims = parseClaims(profile)
  const sid = await readSid(headers)
  const found = await withSystem(async (db) => {
    const current = sid === undefined ? undefined : await findSession(db, sid)
    return await findOrCreateOidcUser(db, claims, current && isAlive(current) ? current.userId : undefined)
  })
  return {
    userId: found.userId,
    method: 'oidc',
    authAt: provenAt(claims, new Date()),
    ...(found.isNewIdentity ? { connectedTo: claims.iss } : {}),
  }
}

/** A browser holds one session: signing in ends the one it brought, so no id outlives a change of who is signed in. */
export async function startSession({ context, headers }: Visit, person: ProvenPerson): Promise<SessionClaims> {
  const { connectedTo, ...start } = person
  const oldSid = await readSid(headers)
  return await withSystem(async (db) => {
    const old = oldSid === undefined ? undefined : await findSession(db, oldSid)
    if (old) await revokeSessions(db, { id: old.id }, 'replaced')
    const activeTenantId = old?.userId === person.userId ? old.activeTenantId : null
    const { sid } = await createSession(db, context, { ...start, activeTenantId })
    const session = await findSession(db, sid)
    const diff = { method: [null, start.method], ...(connectedTo ? { identityProvider: [null, connectedTo] } : {}) }
    if (session) await recordInTeam(db, { session, context, action: 'session.started', diff })
    return { sub: person.userId, sid }
  })
}

/**
 * Whether the cookie's session still lives; asked by next-auth, which takes the cookie back when this throws.
 *
 * @throws AppError `session-expired`
 */
export async function confirmSession(token: unknown): Promise<SessionClaims> {
  const claims = claimsSchema.parse(token)
  const session = await withSystem((db) => findSession(db, claims.sid))
  if (!session || !isAlive(session)) throw new AppError('session-expired', 'The session behind the cookie has ended')
  return claims
}

/** Signs out: the cookie opens nothing any more, whoever kept a copy. */
export async function endSession({ context }: Visit, token: unknown): Promise<void> {
  const claims = claimsSchema.safeParse(token)
  if (!claims.success) return
  const session = await withSystem(async (db) => {
    const found = await findSession(db, claims.data.sid)
    if (!found || (await revokeSessions(db, { id: found.id }, 'signed-out')) === 0) return undefined
    await recordInTeam(db, { session: found, context, action: 'session.ended' })
    return found
  })
  if (session) await announceAccessChange(session.id)
}

interface SessionEvent extends Pick<AuditEntry, 'action' | 'diff'> {
  session: LoadedSession
  context: RequestContext
}

/** In the chain of the team the session stands in; of somebody without a team only the log tells. */
async function recordInTeam(db: Db, { session, context, ...entry }: SessionEvent): Promise<void> {
  const { id, userId, email, activeTenantId, memberships } = session
  const team = memberships.find(({ tenantId }) => tenantId === activeTenantId) ?? memberships[0]
  if (!team) return log().info({ action: entry.action, actor: `user:${userId}` }, 'account changed')
  const actor = { kind: 'user' as const, id: userId, label: email }
  const author = { tenantId: team.tenantId, actor, via: 'browser' as const, requestId: context.requestId }
  await recordAudit(db, author, { ...entry, target: { kind: 'session', id, label: email } })
}
