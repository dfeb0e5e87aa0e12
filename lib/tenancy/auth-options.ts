import type { AuthOptions } from 'next-auth'
import { z } from 'zod'
import { config } from '#lib/config.ts'
import { signInBody, signInErrorText } from '#lib/contracts/auth.ts'
import { withSystem } from '#lib/db/system.ts'
import { AppError, toAppError } from '#lib/errors.ts'
import { log, logFailure } from '#lib/log.ts'
import { metrics } from '#lib/metrics.ts'
import { announceAccessChange } from './access-changes.ts'
import { checkPassword } from './check-password.ts'
import type { RequestContext } from './context.ts'
import { collectClaims, findOrCreateOidcUser, parseClaims, provenAt } from './oidc.ts'
import { readSid, sessionCookieName, sessionLifetimeSeconds, usesSecureCookies } from './session-cookie.ts'
import { createSession, findSession, isAlive, revokeSessions } from './sessions.ts'

/** The page that asks people to sign in; failures come back to it as `?error=`. */
export const signInPath = '/sign-in'

type Provider = AuthOptions['providers'][number]

const tokenSchema = z.object({ sub: z.string(), sid: z.string() })

/** One request to next-auth: who sends it, and the session its browser holds already. */
interface Visit {
  context: RequestContext
  headers: Headers
}

/**
 * next-auth for one request. It does the protocol work (CSRF token, cookies, OpenID Connect with PKCE, state and nonce);
 * whether somebody is signed in is told by our session rows alone, of which the cookie carries only the random id.
 * Its calls to the provider, whose address the operator sets, are the one connection to the outside not made by `lib/net`.
 */
export function authOptions(visit: Visit): AuthOptions {
  const { nextAuthSecret } = config()
  return {
    secret: nextAuthSecret.reveal(),
    session: { strategy: 'jwt', maxAge: sessionLifetimeSeconds },
    useSecureCookies: usesSecureCookies(),
    cookies: {
      sessionToken: {
        name: sessionCookieName(),
        options: { httpOnly: true, sameSite: 'lax', path: '/', secure: usesSecureCookies() },
      },
    },
    pages: { signIn: signInPath, signOut: signInPath, error: signInPath },
    providers: [passwordProvider(visit), ...oidcProviders()],
    callbacks: callbacksFor(visit),
    events: {
      signOut: async ({ token }) => endSession(token),
    },
    logger: {
      error: (code, metadata) => log().warn({ code, err: metadata }, 'next-auth'),
      warn: (code) => log().debug({ code }, 'next-auth'),
      debug: () => undefined,
    },
  }
}

/** Makes the session of a right password in `authorize`: what it throws reaches the page as text, so only codes may. */
function passwordProvider(visit: Visit): Provider {
  return {
    id: 'credentials',
    name: 'Password',
    type: 'credentials',
    credentials: { email: {}, password: {} },
    authorize: async (credentials) => {
      try {
        const { email, password } = signInBody.parse({ email: credentials?.email, password: credentials?.password })
        const { userId } = await checkPassword({ email, ip: visit.context.ip }, password)
        metrics.signIns.inc({ outcome: 'password' })
        return { id: userId }
      } catch (error) {
        throw signInFailure(error)
      }
    },
  }
}

function oidcProviders(): Provider[] {
  const { oidc } = config()
  if (!oidc) return []
  return [
    {
      id: 'oidc',
      name: oidc.name,
      type: 'oauth',
      wellKnown: `${oidc.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
      clientId: oidc.clientId,
      clientSecret: oidc.clientSecret.reveal(),
      authorization: { params: { scope: 'openid email profile' } },
      idToken: true,
      userinfo: {
        request: async ({ client, tokens }): Promise<object> =>
          await collectClaims(tokens.id_token ?? '', () => client.userinfo(tokens.access_token ?? '')),
      },
      checks: ['pkce', 'state', 'nonce'],
      profile: (claims: unknown) => ({ id: parseClaims(claims).sub }),
    },
  ]
}

function callbacksFor(visit: Visit): NonNullable<AuthOptions['callbacks']> {
  let person: { userId: string; method: 'password' | 'oidc'; authAt: Date } | undefined
  return {
    signIn: async ({ user, account, profile }) => {
      try {
        person = account?.type === 'oauth' ? await oidcPerson(visit, profile) : passwordPerson(user.id)
        return true
      } catch (error) {
        return `${signInPath}?error=${encodeURIComponent(signInFailure(error).message)}`
      }
    },
    jwt: async ({ token, trigger }) => {
      if (trigger === 'signIn' || trigger === 'signUp') {
        if (!person) throw new Error('next-auth signs somebody in whom nobody let in')
        return { sub: person.userId, sid: await startSession(visit, person) }
      }
      return await confirmSession(token)
    },
    session: ({ session }) => ({ expires: session.expires }),
    redirect: ({ url, baseUrl }) =>
      URL.parse(url, baseUrl)?.origin === baseUrl ? new URL(url, baseUrl).href : baseUrl,
  }
}

function passwordPerson(userId: string) {
  return { userId, method: 'password' as const, authAt: new Date() }
}

async function oidcPerson(visit: Visit, profile: unknown) {
  const claims = parseClaims(profile)
  const sid = await readSid(visit.headers)
  const { userId } = await withSystem(async (db) => {
    const current = sid === undefined ? undefined : await findSession(db, sid)
    return await findOrCreateOidcUser(db, claims, current && isAlive(current) ? current.userId : undefined)
  })
  metrics.signIns.inc({ outcome: 'oidc' })
  return { userId, method: 'oidc' as const, authAt: provenAt(claims, new Date()) }
}

/** A browser holds one session: signing in ends the one it brought, so no id outlives a change of who is signed in. */
async function startSession(
  visit: Visit,
  person: { userId: string; method: 'password' | 'oidc'; authAt: Date },
): Promise<string> {
  const oldSid = await readSid(visit.headers)
  return await withSystem(async (db) => {
    const old = oldSid === undefined ? undefined : await findSession(db, oldSid)
    if (old) await revokeSessions(db, { id: old.id }, 'replaced')
    const activeTenantId = old?.userId === person.userId ? old.activeTenantId : null
    return await createSession(db, visit.context, { ...person, activeTenantId })
  })
}

/** Throws for a session that has ended; next-auth then takes the cookie back. */
async function confirmSession(token: unknown): Promise<{ sub: string; sid: string }> {
  const { sub, sid } = tokenSchema.parse(token)
  const session = await withSystem((db) => findSession(db, sid))
  if (!session || !isAlive(session)) throw new AppError('session-expired', 'The session behind the cookie has ended')
  return { sub, sid }
}

async function endSession(token: unknown): Promise<void> {
  const claims = tokenSchema.safeParse(token)
  if (!claims.success) return
  const session = await withSystem(async (db) => {
    const found = await findSession(db, claims.data.sid)
    if (found) await revokeSessions(db, { id: found.id }, 'signed-out')
    return found
  })
  if (session) await announceAccessChange(session.id)
}

/** What the page may know of a failed sign-in: a code of ours, with the seconds to wait where waiting helps. */
function signInFailure(error: unknown): Error {
  const failure = error instanceof z.ZodError ? undefined : toAppError(error)
  metrics.signIns.inc({ outcome: failure?.code ?? 'bad-credentials' })
  if (failure) logFailure(failure, 'sign-in refused')
  return new Error(signInErrorText(failure?.code ?? 'bad-credentials', failure?.details.retryAfterSeconds))
}
