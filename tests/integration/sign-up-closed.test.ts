import { beforeAll, describe, expect, it } from 'vitest'
import { withSystem } from '#lib/db/system.ts'
import { newId } from '#lib/ids.ts'
import { createTeam as createOwnTeam } from '#lib/services/account/create-team.ts'
import { signUp } from '#lib/services/sign-up/sign-up.ts'
import { authOptions } from '#lib/tenancy/auth-options.ts'
import { findOrCreateOidcUser, parseClaims } from '#lib/tenancy/oidc.ts'
import { sessionCookieName } from '#lib/tenancy/session-cookie.ts'
import { codeOf, goodPassword, newAddress, newSession, requestFrom, selfOf } from '#tests/support/signed-in.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace

beforeAll(async () => {
  place = await openWorkplace({ SIGN_UP_ENABLED: 'false', PUBLIC_URL: 'https://kstone.example.com' })
})

const claimsOf = (email: string) =>
  parseClaims({ iss: 'https://id.example.com', sub: newId(), email, email_verified: true })

const admit = (email: string) => codeOf(withSystem((db) => findOrCreateOidcUser(db, claimsOf(email), undefined)))

describe('with signing up switched off', () => {
  it('nobody makes an account by password', async () => {
    const body = { email: 'eve@example.com', password: goodPassword, name: 'Eve', teamName: 'Eve' }
    expect(await codeOf(signUp(requestFrom(newAddress()), body))).toBe('sign-up-disabled')
  })

  it('nobody comes in by the identity provider but those who were invited', async () => {
    const team = await createTeam()
    const invite = (email: string, expires: string) =>
      asSuperuser(
        place.database,
        `INSERT INTO invitation ("tenantId", id, email, role, "tokenHash", "invitedBy", "expiresAt")
         VALUES ($1, $2, $3, 'viewer', $4, 'x', now() + $5::interval)`,
        [team.tenantId, newId(), email, newId(), expires],
      )
    await invite('grace@example.com', '1 hour')
    await invite('late@example.com', '-1 hour')
    expect(await admit('grace@example.com')).toBe('ok')
    expect(await admit('late@example.com')).toBe('sign-up-disabled')
    expect(await admit('eve@example.com')).toBe('sign-up-disabled')
  })

  it('nobody founds another team', async () => {
    const { actor, tenantId } = await createTeam()
    const person = { userId: actor.id, teamId: tenantId, email: actor.label, ip: newAddress() }
    const self = await selfOf(await newSession(person))
    expect(await codeOf(createOwnTeam(self, { name: 'Another' }))).toBe('sign-up-disabled')
  })
})

describe('under HTTPS', () => {
  it('next-auth is told where it is, though only PUBLIC_URL was given', () => {
    authOptions({ context: requestFrom('192.0.2.1'), headers: new Headers() })
    expect(process.env.NEXTAUTH_URL).toBe('https://kstone.example.com')
  })

  it('the session cookie is bound to this host and to encrypted connections', () => {
    const { cookies, useSecureCookies } = authOptions({ context: requestFrom('192.0.2.1'), headers: new Headers() })
    expect(sessionCookieName()).toBe('__Host-kstone-session')
    expect(useSecureCookies).toBe(true)
    expect(cookies?.sessionToken).toEqual({
      name: '__Host-kstone-session',
      options: { httpOnly: true, sameSite: 'lax', path: '/', secure: true },
    })
  })
})
