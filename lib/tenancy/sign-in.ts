import { z } from 'zod'
import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { AppError } from '#lib/errors.ts'
import { logFailure } from '#lib/log.ts'
import { announceAccessChange } from './access-changes.ts'
import { recordAccountEvent } from './account-chain.ts'
import type { AuditEntry } from './audit-log.ts'
import type { RequestContext } from './context.ts'
import { rememberNetwork } from './login-throttle.ts'
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
  const old = oldSid === undefined ? undefined : await endOldSession(oldSid)
  return await withSystem(async (db) => {
    const activeTenantId = old?.userId === person.userId ? old.activeTenantId : null
    const { sid } = await createSession(db, context, { ...start, activeTenantId })
    const session = await findSession(db, sid)
    const diff = { method: [null, start.method], ...(connectedTo ? { identityProvider: [null, connectedTo] } : {}) }
    if (session) {
      await rememberNetwork(db, { email: session.email, ip: context.ip })
      await recordInTeam(db, { session, context, action: 'session.started', diff })
    }
    return { sub: person.userId, sid }
  })
}

function endOldSession(sid: string): Promise<LoadedSession | undefined> {
  return withSystem(async (db) => {
    const old = await findSession(db, sid)
    if (old) await revokeSessions(db, { id: old.id }, 'replaced')
    return old
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

/**
 * Signs out: the cookie opens nothing any more, whoever kept a copy. That is committed before it is written down: a chain
 * that takes no event must not keep anybody signed in.
 */
export async function endSession({ context }: Visit, token: unknown): Promise<void> {
  const claims = claimsSchema.safeParse(token)
  if (!claims.success) return
  const session = await withSystem(async (db) => {
    const found = await findSession(db, claims.data.sid)
    return found && (await revokeSessions(db, { id: found.id }, 'signed-out')) > 0 ? found : undefined
  })
  if (!session) return
  await announceAccessChange(session.id)
  await withSystem((db) => recordInTeam(db, { session, context, action: 'session.ended' })).catch((error: unknown) =>
    logFailure(error, 'a session has ended, but no audit chain tells of it'),
  )
}

interface SessionEvent extends Pick<AuditEntry, 'action' | 'diff'> {
  session: LoadedSession
  context: RequestContext
}

/** In the chain of the team the session stands in. */
async function recordInTeam(db: Db, { session, context, ...entry }: SessionEvent): Promise<void> {
  const { id, userId, email, activeTenantId } = session
  const actor = { kind: 'user' as const, id: userId, label: email }
  const author = { userId, teamId: activeTenantId, actor, via: 'browser' as const, requestId: context.requestId }
  await recordAccountEvent(db, author, { ...entry, target: { kind: 'session', id, label: email } })
}
