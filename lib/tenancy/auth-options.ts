import type { AuthOptions } from 'next-auth'
import { z } from 'zod'
import { config } from '#lib/config.ts'
import { signInBody, signInErrorText } from '#lib/contracts/auth.ts'
import { toAppError } from '#lib/errors.ts'
import { log, logFailure } from '#lib/log.ts'
import { metrics } from '#lib/metrics.ts'
import { doorAgent } from '#lib/net/door-agent.ts'
import { operatorPolicy } from '#lib/net/operator-policy.ts'
import { secondMs } from '#lib/time.ts'
import { checkPassword } from './check-password.ts'
import { collectClaims, parseClaims } from './oidc.ts'
import { sessionCookieName, sessionLifetimeSeconds, usesSecureCookies } from './session-cookie.ts'
import type { ProvenPerson, Visit } from './sign-in.ts'
import { admitOidcPerson, confirmSession, endSession, startSession } from './sign-in.ts'

/** The page that asks people to sign in; failures come back to it as `?error=`. */
const signInPath = '/sign-in'

/** Without a packet from the provider; some of them wake up slowly. */
const providerTimeoutMs = 8 * secondMs

type Provider = AuthOptions['providers'][number]

/**
 * next-auth for one request. It does the protocol work (CSRF token, cookies, OpenID Connect with PKCE, state and nonce);
 * whether somebody is signed in is told by our session rows alone, of which the cookie carries only the random id.
 * Its calls to the provider leave through `lib/net` like everything else.
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
      signOut: ({ token }) => endSession(visit, token),
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
        return { id: userId }
      } catch (error) {
        throw signInFailure(error)
      }
    },
  }
}

/** The provider may be anywhere but at metadata addresses, on this machine only at the issuer's own port. */
function providerAgent(issuer: URL) {
  const isSecure = issuer.protocol === 'https:'
  const port = Number(issuer.port) || (isSecure ? 443 : 80)
  return doorAgent(isSecure ? 'https:' : 'http:', { policy: operatorPolicy({ host: issuer.hostname, port }) })
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
      httpOptions: { agent: providerAgent(new URL(oidc.issuer)), timeout: providerTimeoutMs },
      profile: (claims: unknown) => ({ id: parseClaims(claims).sub }),
    },
  ]
}

function callbacksFor(visit: Visit): NonNullable<AuthOptions['callbacks']> {
  let person: ProvenPerson | undefined
  return {
    signIn: async ({ user, account, profile }) => {
      try {
        const isOidc = account?.type === 'oauth'
        person = isOidc
          ? await admitOidcPerson(visit, profile)
          : { userId: user.id, method: 'password', authAt: new Date() }
        metrics.signIns.inc({ outcome: person.method })
        return true
      } catch (error) {
        return `${signInPath}?error=${encodeURIComponent(signInFailure(error).message)}`
      }
    },
    jwt: async ({ token, trigger }) => {
      if (trigger !== 'signIn' && trigger !== 'signUp') return await confirmSession(token)
      if (!person) throw new Error('next-auth signs somebody in whom nobody let in')
      return await startSession(visit, person)
    },
    session: ({ session }) => ({ expires: session.expires }),
    redirect: ({ url, baseUrl }) =>
      URL.parse(url, baseUrl)?.origin === baseUrl ? new URL(url, baseUrl).href : baseUrl,
  }
}

/** What the page may know of a failed sign-in: a code of ours, with the seconds to wait where waiting helps. */
function signInFailure(error: unknown): Error {
  const failure = error instanceof z.ZodError ? undefined : toAppError(error)
  metrics.signIns.inc({ outcome: failure?.code ?? 'bad-credentials' })
  if (failure) logFailure(failure, 'sign-in refused')
  return new Error(signInErrorText(failure?.code ?? 'bad-credentials', failure?.details.retryAfterSeconds))
}
