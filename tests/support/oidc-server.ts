import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AccountClaims, Configuration } from 'oidc-provider'
import Provider from 'oidc-provider'
import type { BrowserSession } from './browser-session.ts'

/** What the provider says about somebody; the key is what they type to sign in there. */
export type OidcAccounts = Map<string, AccountClaims>

export interface OidcServer extends AsyncDisposable {
  issuer: string
  clientId: string
  clientSecret: string
  /** Settings of lib/config.ts that make the product use this provider. */
  env: Record<string, string>
  accounts: OidcAccounts
  /** Makes the product at this address known to the provider, once it is known where it runs. */
  register(appUrl: string): void
}

/** A real OpenID Connect provider with a sign-in page of one field, on a free port; PKCE is demanded of its clients. */
export async function startOidcServer(): Promise<OidcServer> {
  const accounts: OidcAccounts = new Map()
  const client = { clientId: 'kstone', clientSecret: randomBytes(24).toString('base64url') }
  let listener: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
  const server = createServer((request, response) => {
    if (listener) listener(request, response)
    else response.writeHead(503).end()
  })
  const port = await listenAnywhere(server)
  const issuer = `http://127.0.0.1:${port}`
  return {
    issuer,
    ...client,
    env: {
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: client.clientId,
      OIDC_CLIENT_SECRET: client.clientSecret,
      OIDC_NAME: 'Test Identity',
    },
    accounts,
    register: (appUrl) => {
      const provider = new Provider(issuer, configurationFor(accounts, { ...client, appUrl }))
      listener = serve(provider)
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listenAnywhere(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

interface Client {
  clientId: string
  clientSecret: string
  appUrl: string
}

function configurationFor(accounts: OidcAccounts, { clientId, clientSecret, appUrl }: Client): Configuration {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    clients: [
      { client_id: clientId, client_secret: clientSecret, redirect_uris: [`${appUrl}/api/auth/callback/oidc`] },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomBytes(24).toString('hex')] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
    findAccount: (_ctx, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, ...accounts.get(accountId) }),
    }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/sign-in/${uid}` },
    // Nobody is asked for consent: the test's client is the provider's own.
    loadExistingGrant: async ({ oidc }) => {
      const { account, client, provider } = oidc
      if (!(account && client)) return undefined
      const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 3_600 },
  }
}

function serve(provider: Provider) {
  const callback = provider.callback()
  return (request: IncomingMessage, response: ServerResponse): void => {
    const isSignInPage = request.url?.startsWith('/sign-in/')
    if (!isSignInPage) return void callback(request, response)
    signInPage(provider, request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  }
}

async function signInPage(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'GET') {
    await provider.interactionDetails(request, response)
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(
      '<!doctype html><html lang="en"><title>Test Identity</title><form method="post"><label>Account <input name="account" autofocus></label><button>Sign in</button></form></html>',
    )
    return
  }
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const account = new URLSearchParams(Buffer.concat(chunks).toString()).get('account') ?? ''
  const result = account === '' ? { error: 'access_denied' } : { login: { accountId: account } }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
}

export interface OidcVisit {
  /** Where the person ended up: a page of the product. */
  landed: URL
  /** Whether the provider asked who they are, or knew. */
  wasAsked: boolean
}

/** Signs in through the provider as `account`, from the button on the sign-in page to the page it leads back to. */
export async function signInByOidc(browser: BrowserSession, account: string, query = ''): Promise<OidcVisit> {
  const start = await browser.auth(`signin/oidc${query}`, { callbackUrl: '/arrived' })
  const { url, response } = await toProvider(browser, start.href)
  const wasAsked = url.pathname.startsWith('/sign-in/') && url.origin !== new URL(browser.url).origin
  if (!wasAsked) return { landed: url, wasAsked }
  await response.body?.cancel()
  const form = { method: 'POST', body: new URLSearchParams({ account }) }
  return { landed: (await toProvider(browser, url.href, form)).url, wasAsked }
}

/** Follows redirects until a page: one of the provider, or the first of the product that is no sign-in machinery. */
async function toProvider(
  browser: BrowserSession,
  address: string,
  sending?: { method: string; body: URLSearchParams },
) {
  let url = new URL(address)
  let response = await browser.send(address, sending)
  for (;;) {
    const location = response.headers.get('location')
    if (location === null) return { url, response }
    url = new URL(location, url)
    const isOurPage = url.origin === new URL(browser.url).origin && !url.pathname.startsWith('/api/auth/')
    if (isOurPage) return { url, response }
    response = await browser.send(url.href)
  }
}
