import { withSystem } from '#lib/db/system.ts'
import { AppError } from '#lib/errors.ts'
import type { LoadedApiKey } from './api-keys.ts'
import { findApiKey, isApiKey, touchApiKey } from './api-keys.ts'
import type { Actor, Identity, RequestContext, SelfContext, SessionContext, TenantContext } from './context.ts'
import { permissionsOfKey, permissionsOfMember } from './permissions.ts'
import { limitsOf } from './quotas.ts'
import { readSid } from './session-cookie.ts'
import type { LoadedSession, SessionMembership } from './sessions.ts'
import { findSession, isAlive, touchSession } from './sessions.ts'

/** The team a page was made for: a tab that stayed open keeps acting in its own team after a switch elsewhere. */
const teamHeader = 'kstone-team'

/** A request no hand made, such as a poll: it does not keep a session awake. */
const backgroundHeader = 'kstone-background'

/**
 * Says who sent a request: an API key (`Authorization: Bearer kst_…`), a session (cookie), or nobody known. Rows are read
 * each time and kept nowhere, so whatever was revoked, removed or changed acts on the very next request.
 *
 * @throws AppError `not-authenticated` for a key, `session-expired` for a cookie that opens nothing any more, `tenant-closing`
 *   for a key whose team is being deleted
 */
export async function identify(headers: Headers, base: RequestContext): Promise<Identity> {
  const secret = readBearer(headers)
  if (secret !== undefined) return { kind: 'api-key', tenant: await identifyKey(secret, base) }
  const sid = await readSid(headers)
  if (sid === undefined) return { kind: 'anonymous' }
  return { kind: 'session', self: await identifySession(sid, headers, base) }
}

/** Other schemes are not meant for us: a proxy in front may ask for a password of its own (`Basic`). */
function readBearer(headers: Headers): string | undefined {
  return /^bearer(?:\s+(.*))?$/i
    .exec(headers.get('authorization') ?? '')
    ?.slice(1)
    .join('')
    .trim()
}

async function identifyKey(secret: string, base: RequestContext): Promise<TenantContext> {
  const key = isApiKey(secret)
    ? await withSystem(async (db) => {
        const found = await findApiKey(db, secret)
        if (found?.teamClosingAt === null) await touchApiKey(db, found, base.ip)
        return found
      })
    : undefined
  if (!key) throw new AppError('not-authenticated', 'The API key is unknown, expired, revoked or its creator has left')
  if (key.teamClosingAt !== null) throw new AppError('tenant-closing', `Team ${key.tenantId} of the API key is closing`)
  return keyContext(key, base)
}

function keyContext(key: LoadedApiKey, base: RequestContext): TenantContext {
  return {
    ...base,
    tenantId: key.tenantId,
    actor: { kind: 'api-key', id: key.id, label: key.name },
    via: 'api',
    role: key.role,
    permissions: permissionsOfKey(key.role, key.scopes),
    quotas: limitsOf(key.plan, key.quotaOverrides),
  }
}

async function identifySession(sid: string, headers: Headers, base: RequestContext): Promise<SelfContext> {
  const session = await withSystem(async (db) => {
    const found = await findSession(db, sid)
    if (!found || !isAlive(found)) return undefined
    if (isByHand(headers)) await touchSession(db, found)
    return found
  })
  if (!session) throw new AppError('session-expired', 'The session was revoked, ran out or was idle for too long')
  return selfContext(session, headers.get(teamHeader), base)
}

/** Live streams and polls go on by themselves: an open page must not keep its session alive forever. */
function isByHand(headers: Headers): boolean {
  return !headers.has(backgroundHeader) && !headers.get('accept')?.includes('text/event-stream')
}

function selfContext(session: LoadedSession, askedTeam: string | null, base: RequestContext): SelfContext {
  const { id, userId, method, authAt, email, name, locale } = session
  const speaker = {
    actor: { kind: 'user', id: userId, label: email } satisfies Actor,
    via: 'browser' as const,
    session: { id, userId, method, authAt } satisfies SessionContext,
  }
  const membership = chooseTeam(session, askedTeam)
  const tenant = membership && { ...base, ...speaker, ...teamPart(membership) }
  return { ...base, ...speaker, user: { id: userId, email, name, locale }, ...(tenant ? { tenant } : {}) }
}

/** The team asked for, and no other instead of it; where none is asked for, the one chosen last, else the oldest. */
function chooseTeam(
  { memberships, activeTenantId }: LoadedSession,
  asked: string | null,
): SessionMembership | undefined {
  const usable = memberships.filter(({ closingAt, role }) => closingAt === null || role === 'owner')
  if (asked !== null) return usable.find(({ tenantId }) => tenantId === asked)
  return (
    usable.find(({ tenantId }) => tenantId === activeTenantId) ??
    usable.find(({ closingAt }) => !closingAt) ??
    usable[0]
  )
}

function teamPart({ tenantId, role, plan, quotaOverrides, closingAt }: SessionMembership) {
  return {
    tenantId,
    role,
    permissions: permissionsOfMember(role, closingAt),
    quotas: limitsOf(plan, quotaOverrides),
  }
}
