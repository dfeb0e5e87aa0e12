import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BrowserSession } from '#tests/support/browser-session.ts'
import { goodPassword, newAddress } from '#tests/support/signed-in.ts'
import type { RunningApp } from '#tests/support/stack.ts'
import { startApp } from '#tests/support/stack.ts'

let app: RunningApp

beforeAll(async () => {
  app = await startApp({ withWorker: false, env: { TRUST_PROXY_HOPS: '1' } })
}, 300_000)

/** A browser at an address of its own: the limits per address are proven elsewhere. */
const newBrowser = () => new BrowserSession(app.url, { 'x-forwarded-for': newAddress() })

afterAll(async () => {
  await app?.stop()
})

const sidOf = (browser: BrowserSession) => /kstone-session=([^;]+)/.exec(browser.cookie)?.[1]

describe('a session cookie', () => {
  it('opens nothing after sign-out: 0 of 1,000 replays', async () => {
    const browser = newBrowser()
    await browser.signUp()
    const kept = browser.cookie
    expect((await browser.api('GET', '/me')).status).toBe(200)
    await browser.signOut()
    expect(sidOf(browser)).toBeUndefined()
    const thief = newBrowser()
    thief.cookie = kept
    const statuses = new Set<number>()
    for (let batch = 0; batch < 100; batch += 1) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => thief.api('GET', '/me')))
      for (const { status } of answers) statuses.add(status)
    }
    expect([...statuses].filter((status) => status < 400)).toEqual([])
    expect(statuses).toContain(401)
    expect(await (await thief.send('/api/auth/session')).json()).toEqual({})
  }, 120_000)

  it('planted before sign-in is another one after it, and dead', async () => {
    const attacker = newBrowser()
    await attacker.signUp()
    const victim = newBrowser()
    const { email } = await victim.signUp()
    const planted = attacker.cookie
    victim.cookie = planted
    expect(await victim.signIn(email)).toBeUndefined()
    expect(sidOf(victim)).not.toBe(sidOf(attacker))
    expect((await victim.api('GET', '/me')).body).toMatchObject({ data: { email } })
    attacker.cookie = planted
    expect((await attacker.api('GET', '/me')).status).toBe(401)
  })

  it('is closed to scripts and other sites', async () => {
    const browser = newBrowser()
    const { email } = await browser.signUp()
    const { csrfToken } = await (await browser.send('/api/auth/csrf')).json()
    const body = new URLSearchParams({ csrfToken, email, password: goodPassword, json: 'true' })
    const response = await browser.send('/api/auth/callback/credentials', { method: 'POST', body })
    const cookie = response.headers.getSetCookie().find((line) => line.startsWith('kstone-session='))
    expect(cookie).toMatch(/; HttpOnly/)
    expect(cookie).toMatch(/; SameSite=Lax/)
    expect(cookie).toMatch(/; Path=\//)
    expect(cookie).not.toMatch(/Domain=/i)
  })

  it('is a new one after a change of password, and every old one is dead', async () => {
    const [here, elsewhere] = [newBrowser(), newBrowser()]
    const { email } = await here.signUp()
    await elsewhere.signIn(email)
    const old = here.cookie
    const body = { currentPassword: goodPassword, newPassword: 'staple battery horse' }
    expect((await here.api('POST', '/me/password', body)).status).toBe(200)
    for (const cookie of [old, elsewhere.cookie]) {
      here.cookie = cookie
      expect((await here.api('GET', '/me')).status).toBe(401)
    }
    expect(await here.signIn(email)).toBe('bad-credentials')
    expect(await here.signIn(email, 'staple battery horse')).toBeUndefined()
    expect((await here.api('GET', '/me')).status).toBe(200)
  })
})

describe('the sign-in door', () => {
  it('refuses posts from other sites, without the token, and of no announced or too great a size', async () => {
    const browser = newBrowser()
    const { email } = await browser.signUp()
    await browser.signOut()
    const { csrfToken } = await (await browser.send('/api/auth/csrf')).json()
    const fields = { csrfToken, email, password: goodPassword, json: 'true' }
    const post = (body: Record<string, string>, headers = {}) =>
      browser.send('/api/auth/callback/credentials', { method: 'POST', body: new URLSearchParams(body), headers })
    expect((await post(fields, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await post(fields, { origin: 'null' })).status).toBe(403)
    expect((await post(fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await post({ ...fields, more: 'x'.repeat(70_000) })).status).toBe(413)
    await post({ ...fields, csrfToken: '0'.repeat(64) })
    expect((await browser.api('GET', '/me')).status).toBe(401)
  })

  it.each(['_log', 'verify-request', 'nonsense', '../v1/me'])('keeps what is not used shut: %s', async (action) => {
    const browser = newBrowser()
    const answer = await browser.send(`/api/auth/${action}`, {
      method: 'POST',
      body: new URLSearchParams({ level: 'error' }),
    })
    expect([404, 405, 401, 415]).toContain(answer.status)
  })

  it('takes no password by address', async () => {
    const answer = await newBrowser().send('/api/auth/callback/credentials?email=ada%40example.com&password=x')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([405, 'application/problem+json'])
  })

  it.each(['foo', 'http://', 'javascript:alert(1)'])('is told to lead to no address: %s', async (callbackUrl) => {
    const answer = await newBrowser().send(`/api/auth/csrf?${new URLSearchParams({ callbackUrl })}`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([422, 'application/problem+json'])
  })

  it('leads back to our own pages only', async () => {
    const browser = newBrowser()
    const { email } = await browser.signUp()
    for (const callbackUrl of [
      'https://evil.example/',
      '//evil.example/',
      '/\\evil.example',
      'javascript:alert(1)',
      'http://[',
    ]) {
      const fields = { email, password: goodPassword, callbackUrl }
      const lead = await browser.auth('callback/credentials', fields).catch(() => undefined)
      expect([callbackUrl, lead?.origin ?? app.url]).toEqual([callbackUrl, app.url])
    }
  })

  it('says with a code and the seconds to wait why nobody was let in, and not more', async () => {
    const browser = newBrowser()
    expect(await browser.signIn('nobody@example.com')).toBe('bad-credentials')
    expect(await browser.signIn('not an address')).toBe('bad-credentials')
    for (let n = 0; n < 12; n += 1) await browser.signIn('nobody@example.com')
    expect(await browser.signIn('nobody@example.com')).toMatch(/^too-many-attempts:3[56]\d\d$/)
    expect(app.logs().web).not.toContain(goodPassword)
  })
})
