import { describe, expect, it } from 'vitest'
import { collectClaims, parseClaims, provenAt } from './oidc.ts'

const idToken = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`
const base = { iss: 'https://id.example.com', sub: 'ada' }
const now = new Date('2026-11-22T12:00:00Z')
const nowSeconds = now.getTime() / 1000

describe('claims', () => {
  it('come from the id token alone when it tells the address', async () => {
    const claims = await collectClaims(idToken({ ...base, email: 'Ada@Example.com' }), () =>
      Promise.reject(new Error('asked')),
    )
    expect(claims.email).toBe('ada@example.com')
  })

  it('are completed by the userinfo endpoint, which never overrules the id token', async () => {
    const info = {
      sub: 'ada',
      iss: 'https://evil.example',
      email: 'ada@example.com',
      email_verified: true,
      auth_time: 5,
    }
    const claims = await collectClaims(idToken({ ...base, auth_time: 7 }), async () => info)
    expect(claims).toEqual({ ...base, email: 'ada@example.com', email_verified: true, auth_time: 7 })
  })

  it.each([{}, { sub: 'eve', email: 'ada@example.com' }])(
    'refuse a userinfo answer about somebody else: %j',
    async (info) => {
      await expect(collectClaims(idToken(base), async () => info)).rejects.toThrow('somebody else')
    },
  )

  it.each([
    [{ email: 'not an address' }, undefined],
    [{ email_verified: 'true' }, undefined],
    [{ email: ['a@example.com'] }, undefined],
  ])('of a wrong form count as absent: %j', (odd, nothing) => {
    const claims = parseClaims({ ...base, ...odd })
    expect([claims.email, claims.email_verified]).toEqual([nothing, nothing])
  })

  it.each([{}, { iss: 'x' }, { ...base, sub: '' }])('without issuer or subject are none: %j', (claims) => {
    expect(() => parseClaims(claims)).toThrow()
  })
})

describe('the time of proof', () => {
  it.each([
    { what: 'is when the provider says', auth_time: nowSeconds - 30, at: nowSeconds - 30 },
    { what: 'may lie a little ahead of our clock', auth_time: nowSeconds + 9, at: nowSeconds + 9 },
    { what: 'is long ago when it lies in the future', auth_time: nowSeconds + 3_600, at: 0 },
    { what: 'is long ago when nobody tells', auth_time: undefined, at: 0 },
  ])('$what', ({ auth_time, at }) => {
    const claims = parseClaims({ ...base, ...(auth_time === undefined ? {} : { auth_time }) })
    expect(provenAt(claims, now)).toEqual(new Date(at * 1000))
  })
})
