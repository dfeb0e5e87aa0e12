import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { meView } from '#lib/contracts/me.ts'
import { newId } from '#lib/ids.ts'
import { hourMs, minuteMs } from '#lib/time.ts'
import { BrowserSession } from '#tests/support/browser-session.ts'
import type { OidcServer } from '#tests/support/oidc-server.ts'
import { signInByOidc, startOidcServer } from '#tests/support/oidc-server.ts'
import type { TestDatabase } from '#tests/support/servers.ts'
import { createDatabase } from '#tests/support/servers.ts'
import { goodPassword, newAddress } from '#tests/support/signed-in.ts'
import type { RunningApp } from '#tests/support/stack.ts'
import { startApp } from '#tests/support/stack.ts'
import { asSuperuser } from '#tests/support/work-team.ts'

const freshSignIn = '?prompt=login&max_age=0'

let app: RunningApp
let provider: OidcServer
let database: TestDatabase

beforeAll(async () => {
  provider = await startOidcServer()
  database = await createDatabase()
  app = await startApp({
    databaseUrls: database.urls,
    env: { ...provider.env, TRUST_PROXY_HOPS: '1' },
    withWorker: false,
  })
  provider.register(app.url)
}, 300_000)

/** A browser at an address of its own: the limits per address are proven elsewhere. */
const newBrowser = () => new BrowserSession(app.url, { 'x-forwarded-for': newAddress() })

afterAll(async () => {
  await app?.stop()
  await provider?.[Symbol.asyncDispose]()
})

/** Somebody at the provider whose address it vouches for, unless told otherwise. */
function newAccount(claims: { email?: string; email_verified?: boolean; name?: string } = {}): string {
  const account = newId()
  provider.accounts.set(account, {
    sub: account,
    email: `${account}@example.com`,
    email_verified: true,
    name: 'Grace',
    ...claims,
  })
  return account
}

async function meOf(browser: BrowserSession) {
  const { status, body } = await browser.api('GET', '/me')
  return status === 200 ? z.object({ data: meView }).parse(body).data : undefined
}

describe('signing in by an identity provider', () => {
  it('makes an account at the first visit and finds it again at the next', async () => {
    const account = newAccount()
    const [first, second] = [newBrowser(), newBrowser()]
    const visit = await signInByOidc(first, account)
    expect([visit.landed.href, visit.wasAsked]).toEqual([`${app.url}/arrived`, true])
    const me = await meOf(first)
    expect(me).toMatchObject({
      email: `${account}@example.com`,
      name: 'Grace',
      hasPassword: false,
      identityProvider: { name: 'Test Identity', isConnected: true },
      team: null,
    })
    await signInByOidc(second, account)
    expect((await meOf(second))?.id).toBe(me?.id)
  })

  it.each([
    ['does not vouch for', { email_verified: false }],
    ['says nothing about', { email_verified: undefined }],
    ['does not know', { email: undefined }],
  ])('lets nobody in whose address the provider %s', async (_how, claims) => {
    const account = newAccount(claims as { email?: string })
    const browser = newBrowser()
    const { landed } = await signInByOidc(browser, account)
    expect(landed.pathname + landed.search).toBe('/sign-in?error=oidc-email-unverified')
    expect(await meOf(browser)).toBeUndefined()
    const { rows } = await asSuperuser(database, 'SELECT 1 FROM oidc_identity WHERE subject = $1', [account])
    expect(rows).toEqual([])
  })

  it('does not open an account that somebody made by password with that address', async () => {
    const { email } = await newBrowser().signUp()
    const browser = newBrowser()
    const { landed } = await signInByOidc(browser, newAccount({ email }))
    expect(landed.pathname + landed.search).toBe('/sign-in?error=oidc-account-exists')
    expect(await meOf(browser)).toBeUndefined()
  })

  it('connects to the account whose owner is signed in here, and opens it from then on', async () => {
    const browser = newBrowser()
    const { email, userId } = await browser.signUp()
    const account = newAccount({ email })
    expect((await meOf(browser))?.identityProvider).toEqual({ name: 'Test Identity', isConnected: false })
    expect((await signInByOidc(browser, account)).landed.pathname).toBe('/arrived')
    expect(await meOf(browser)).toMatchObject({ id: userId, identityProvider: { isConnected: true } })
    const elsewhere = newBrowser()
    await signInByOidc(elsewhere, account)
    expect((await meOf(elsewhere))?.id).toBe(userId)
  })

  it('signs in as somebody else who is already signed in here, without mixing the two', async () => {
    const browser = newBrowser()
    const { userId } = await browser.signUp()
    const before = browser.cookie
    await signInByOidc(browser, newAccount())
    const me = await meOf(browser)
    expect(me?.id).not.toBe(userId)
    browser.cookie = before
    expect((await browser.api('GET', '/me')).status).toBe(401)
  })

  it('is told when the person declines at the provider', async () => {
    const browser = newBrowser()
    const { landed } = await signInByOidc(browser, '')
    expect(landed.pathname).toBe('/sign-in')
    expect(landed.searchParams.has('error')).toBe(true)
  })

  it('ends with our own sign-out, though the provider still knows the person', async () => {
    const browser = newBrowser()
    await signInByOidc(browser, newAccount())
    const kept = browser.cookie
    await browser.signOut()
    browser.cookie = kept
    expect((await browser.api('GET', '/me')).status).toBe(401)
  })

  it('refuses an answer of the provider that another browser asked for, or that was used', async () => {
    const account = newAccount()
    const victim = newBrowser()
    const attacker = newBrowser()
    const start = await attacker.auth('signin/oidc', { callbackUrl: '/' })
    const next = async (address: string, sending = {}) => {
      const response = await attacker.send(address, sending)
      return new URL(response.headers.get('location') ?? 'nowhere:', address).href
    }
    const page = await next(start.href)
    const resumed = await next(page, { method: 'POST', body: new URLSearchParams({ account }) })
    const callback = await next(resumed)
    expect(callback).toContain(`${app.url}/api/auth/callback/oidc?code=`)
    const planted = await victim.send(callback)
    expect(planted.headers.get('location')).toContain('error')
    expect(await meOf(victim)).toBeUndefined()
    await attacker.send(callback)
    expect(await meOf(attacker)).toMatchObject({ name: 'Grace' })
    const again = await attacker.send(callback)
    expect(again.headers.get('location')).toContain('error')
  })
})

describe('fresh proof by an identity provider', () => {
  it('is not assumed of a sign-in the provider did not date', async () => {
    const browser = newBrowser()
    await signInByOidc(browser, newAccount())
    expect(Date.now() - new Date((await meOf(browser))?.authAt ?? 0).getTime()).toBeGreaterThan(hourMs)
  })

  it('is given by signing in there again, and by nothing less', async () => {
    const account = newAccount()
    const browser = newBrowser()
    await signInByOidc(browser, account)
    await browser.api('POST', '/teams', { name: 'Platform' })
    const dangerous = () =>
      browser.api('POST', '/api-keys', { name: 'ci', scopes: ['clusters:read'], expiresInDays: 1 })
    expect(await dangerous()).toMatchObject({ status: 403, body: { code: 'step-up-required' } })
    expect((await signInByOidc(browser, account)).wasAsked).toBe(false)
    expect(await dangerous()).toMatchObject({ status: 403, body: { code: 'step-up-required' } })
    expect(await browser.api('POST', '/me/step-up', { password: goodPassword })).toMatchObject({ status: 401 })
    const visit = await signInByOidc(browser, account, freshSignIn)
    expect([visit.wasAsked, visit.landed.pathname]).toEqual([true, '/arrived'])
    expect(Date.now() - new Date((await meOf(browser))?.authAt ?? 0).getTime()).toBeLessThan(minuteMs)
    expect((await dangerous()).status).toBe(201)
  })

  it('keeps the team the session was in', async () => {
    const account = newAccount()
    const browser = newBrowser()
    await signInByOidc(browser, account)
    await browser.api('POST', '/teams', { name: 'First' })
    await browser.api('POST', '/teams', { name: 'Second' })
    await signInByOidc(browser, account, freshSignIn)
    expect((await meOf(browser))?.team?.name).toBe('Second')
  })
})
