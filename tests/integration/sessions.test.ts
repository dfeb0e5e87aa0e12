import { beforeAll, describe, expect, it } from 'vitest'
import { withSystem } from '#lib/db/system.ts'
import { newId } from '#lib/ids.ts'
import { changePassword } from '#lib/services/account/change-password.ts'
import { createTeam } from '#lib/services/account/create-team.ts'
import { getMe } from '#lib/services/account/get-me.ts'
import { stepUp } from '#lib/services/account/step-up.ts'
import { switchTeam } from '#lib/services/account/switch-team.ts'
import { updateMe } from '#lib/services/account/update-me.ts'
import { listSessions } from '#lib/services/sessions/list-sessions.ts'
import { revokeOtherSessions } from '#lib/services/sessions/revoke-other-sessions.ts'
import { revokeSession } from '#lib/services/sessions/revoke-session.ts'
import { newApiKey } from '#lib/tenancy/api-keys.ts'
import { identify } from '#lib/tenancy/identify.ts'
import { dayMs, hourMs, minuteMs } from '#lib/time.ts'
import type { Person } from '#tests/support/signed-in.ts'
import {
  codeOf,
  goodPassword,
  headersOf,
  newAddress,
  newPerson,
  newSession,
  requestFrom,
  selfOf,
} from '#tests/support/signed-in.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace

beforeAll(async () => {
  place = await openWorkplace()
})

const setSession = (id: string, column: string, agoMs: number) =>
  asSuperuser(place.database, `UPDATE session SET "${column}" = now() - $2 * interval '1 millisecond' WHERE id = $1`, [
    id,
    agoMs,
  ])

const setRole = (person: Person, role: string) =>
  asSuperuser(place.database, 'UPDATE membership SET role = $2 WHERE "userId" = $1', [person.userId, role])

describe('a session', () => {
  it('is told by the row alone: revoked, it opens nothing, however valid its cookie', async () => {
    const person = await newPerson()
    const [sid, other] = [await newSession(person), await newSession(person)]
    const self = await selfOf(sid)
    expect(self.user.email).toBe(person.email)
    await revokeSession(await selfOf(other), self.session.id)
    const replays: unknown[] = []
    for (let batch = 0; batch < 50; batch += 1) {
      replays.push(...(await Promise.all(Array.from({ length: 20 }, () => codeOf(selfOf(sid))))))
    }
    expect([replays.length, new Set(replays)]).toEqual([1_000, new Set(['session-expired'])])
    expect((await selfOf(other)).user.id).toBe(person.userId)
  }, 60_000)

  it('holds only the hash of its id, so that a stolen table opens nothing', async () => {
    const person = await newPerson()
    const sid = await newSession(person)
    const { rows } = await asSuperuser(place.database, 'SELECT s::text AS row FROM session s WHERE "userId" = $1', [
      person.userId,
    ])
    expect(JSON.stringify(rows)).not.toContain(sid)
    const sidHash = /[0-9a-f]{64}/.exec(JSON.stringify(rows))?.[0] ?? ''
    expect(await codeOf(selfOf(sidHash))).toBe('session-expired')
  })

  it.each([
    { who: 'an owner after 30 minutes', role: 'owner', idleMs: 31 * minuteMs, outcome: 'session-expired' },
    { who: 'an admin after 30 minutes', role: 'admin', idleMs: 31 * minuteMs, outcome: 'session-expired' },
    { who: 'an operator not before 12 hours', role: 'operator', idleMs: 11 * hourMs, outcome: 'ok' },
    { who: 'a viewer after 12 hours', role: 'viewer', idleMs: 12 * hourMs + minuteMs, outcome: 'session-expired' },
    { who: 'an owner not before 30 minutes', role: 'owner', idleMs: 29 * minuteMs, outcome: 'ok' },
  ])('ends when idle: $who', async ({ role, idleMs, outcome }) => {
    const person = await newPerson()
    await setRole(person, role)
    const sid = await newSession(person)
    const { session } = await selfOf(sid)
    await setSession(session.id, 'seenAt', idleMs)
    expect(await codeOf(selfOf(sid))).toBe(outcome)
  })

  it('ends 7 days after sign-in, however busy', async () => {
    const sid = await newSession(await newPerson())
    const { session } = await selfOf(sid)
    const { rows } = await asSuperuser(
      place.database,
      'SELECT extract(epoch FROM "expiresAt" - "createdAt")::float / 86400 AS days FROM session WHERE id = $1',
      [session.id],
    )
    expect(rows[0]?.days).toBeCloseTo(7, 1)
    await setSession(session.id, 'expiresAt', 1)
    expect(await codeOf(selfOf(sid))).toBe('session-expired')
  })

  it('is kept awake by what people do, and by no poll or open stream', async () => {
    const sid = await newSession(await newPerson())
    const { session } = await selfOf(sid)
    const seenAgo = async () => {
      const { rows } = await asSuperuser(
        place.database,
        'SELECT extract(epoch FROM now() - "seenAt")::int AS s FROM session WHERE id = $1',
        [session.id],
      )
      return rows[0]?.s
    }
    await setSession(session.id, 'seenAt', 20 * minuteMs)
    await selfOf(sid, { 'kstone-background': '1' })
    await selfOf(sid, { accept: 'text/event-stream' })
    expect(await seenAgo()).toBeGreaterThan(19 * 60)
    await selfOf(sid)
    expect(await seenAgo()).toBeLessThan(60)
  })

  it('of a removed member speaks for the team no more, from the next request on', async () => {
    const person = await newPerson()
    const sid = await newSession(person)
    expect((await selfOf(sid)).tenant?.tenantId).toBe(person.teamId)
    await asSuperuser(place.database, 'DELETE FROM membership WHERE "userId" = $1', [person.userId])
    const self = await selfOf(sid)
    expect(self.tenant).toBeUndefined()
    expect((await selfOf(sid, { 'kstone-team': person.teamId })).tenant).toBeUndefined()
  })

  it('holds the permissions of the role of this very moment', async () => {
    const person = await newPerson()
    const sid = await newSession(person)
    expect((await selfOf(sid)).tenant?.permissions.has('team:delete')).toBe(true)
    await setRole(person, 'viewer')
    expect((await selfOf(sid)).tenant?.permissions.has('members:write')).toBe(false)
  })

  it('is nobody for a cookie we did not make', async () => {
    for (const cookie of [
      'kstone-session=abc',
      'kstone-session=',
      'x=y',
      'kstone-session=eyJhbGciOiJub25lIn0..a.b.c',
    ]) {
      expect(await identify(new Headers({ cookie }), requestFrom('192.0.2.1'))).toEqual({ kind: 'anonymous' })
    }
    const unknown = await headersOf('0'.repeat(43))
    expect(await codeOf(identify(unknown, requestFrom('192.0.2.1')))).toBe('session-expired')
  })
})

describe('the current team', () => {
  it('is the one a page names, else the one chosen last, else the oldest', async () => {
    const person = await newPerson()
    const sid = await newSession(person)
    const second = await createTeam(await selfOf(sid), { name: 'Second' })
    expect((await selfOf(sid)).tenant?.tenantId).toBe(second.id)
    expect((await selfOf(sid, { 'kstone-team': person.teamId })).tenant?.tenantId).toBe(person.teamId)
    await switchTeam(await selfOf(sid), { teamId: person.teamId })
    expect((await selfOf(sid)).tenant?.tenantId).toBe(person.teamId)
    expect((await selfOf(await newSession(person))).tenant?.tenantId).toBe(person.teamId)
  })

  it("is never somebody else's", async () => {
    const [ada, eve] = [await newPerson(), await newPerson()]
    const sid = await newSession(eve)
    expect((await selfOf(sid, { 'kstone-team': ada.teamId })).tenant).toBeUndefined()
    expect(await codeOf(switchTeam(await selfOf(sid), { teamId: ada.teamId }))).toBe('not-found')
    expect(await codeOf(switchTeam(await selfOf(sid), { teamId: newId() }))).toBe('not-found')
  })

  it('while it is being deleted is left to its owner, to look, take along and take back', async () => {
    const [ada, bob] = [await newPerson(), await newPerson()]
    await asSuperuser(place.database, `INSERT INTO membership VALUES ($1, $2, 'admin')`, [ada.teamId, bob.userId])
    await asSuperuser(place.database, 'UPDATE tenant SET "closingAt" = now() WHERE id = $1', [ada.teamId])
    const { tenant } = await selfOf(await newSession(ada))
    expect([...(tenant?.permissions ?? [])].sort()).toEqual(['team:delete', 'team:export', 'team:read'])
    expect((await selfOf(await newSession(bob), { 'kstone-team': ada.teamId })).tenant).toBeUndefined()
    expect((await selfOf(await newSession(bob))).tenant?.tenantId).toBe(bob.teamId)
  })
})

describe('an account', () => {
  it('tells its teams, permissions and freshness', async () => {
    const person = await newPerson()
    const authAt = new Date(Date.now() - hourMs)
    const sid = await newSession(person, authAt)
    await updateMe(await selfOf(sid), { name: 'Ada Lovelace', locale: 'zh' })
    expect(await getMe(await selfOf(sid))).toMatchObject({
      id: person.userId,
      name: 'Ada Lovelace',
      locale: 'zh',
      hasPassword: true,
      identityProvider: null,
      team: { id: person.teamId, role: 'owner' },
      authAt: authAt.toISOString(),
    })
  })

  it('proves itself again by password, which the session remembers', async () => {
    const person = await newPerson()
    const sid = await newSession(person, new Date(Date.now() - hourMs))
    expect(await codeOf(stepUp(await selfOf(sid), { password: 'wrong' }))).toBe('bad-credentials')
    expect(Date.now() - (await selfOf(sid)).session.authAt.getTime()).toBeGreaterThan(hourMs - 1)
    await stepUp(await selfOf(sid), { password: goodPassword })
    expect(Date.now() - (await selfOf(sid)).session.authAt.getTime()).toBeLessThan(minuteMs)
  })

  it('loses every session with its password', async () => {
    const person = await newPerson()
    const sids = [await newSession(person), await newSession(person)] as const
    const self = await selfOf(sids[0])
    const wrong = { currentPassword: 'wrong', newPassword: 'staple battery horse' }
    expect(await codeOf(changePassword(self, wrong))).toBe('bad-credentials')
    const common = { currentPassword: goodPassword, newPassword: 'password1234' }
    expect(await codeOf(changePassword(self, common))).toBe('password-too-common')
    await changePassword(self, { ...wrong, currentPassword: goodPassword })
    expect(await Promise.all(sids.map((sid) => codeOf(selfOf(sid))))).toEqual(['session-expired', 'session-expired'])
  })

  it('lists its living sessions and ends the others', async () => {
    const [ada, eve] = [await newPerson(), await newPerson()]
    const [first, second, third] = [await newSession(ada), await newSession(ada), await newSession(ada)]
    const self = await selfOf(first)
    await setSession((await selfOf(third)).session.id, 'seenAt', dayMs)
    const { items } = await listSessions(self, { limit: 50 })
    expect(items.map(({ isCurrent }) => isCurrent)).toEqual([false, true])
    expect(await codeOf(revokeSession(await selfOf(await newSession(eve)), items[0]?.id ?? ''))).toBe('not-found')
    expect(await codeOf(selfOf(second))).toBe('ok')
    expect((await revokeOtherSessions(self)).revoked).toBeGreaterThanOrEqual(1)
    expect([await codeOf(selfOf(second)), await codeOf(selfOf(first))]).toEqual(['session-expired', 'ok'])
  })

  it('writes one event in the chain of the current team for each change', async () => {
    const person = await newPerson()
    const sid = await newSession(person)
    await newSession(person)
    const self = await selfOf(sid)
    await updateMe(self, { name: 'A' })
    await stepUp(self, { password: goodPassword })
    await revokeOtherSessions(self)
    await changePassword(self, { currentPassword: goodPassword, newPassword: 'staple battery horse' })
    const { rows } = await asSuperuser(
      place.database,
      'SELECT action, diff FROM audit_event WHERE "tenantId" = $1 ORDER BY seq',
      [person.teamId],
    )
    expect(rows.map(({ action }) => action)).toEqual([
      'team.created',
      'account.updated',
      'session.stepped-up',
      'session.others-revoked',
      'account.password-changed',
    ])
    expect(JSON.stringify(rows)).not.toMatch(/horse/)
  })
})

describe('an API key', () => {
  async function newKey(person: Person, more: { scopes?: string[]; expiresAt?: Date } = {}) {
    const { secret, prefix, keyHash } = newApiKey()
    const id = newId()
    const { scopes = ['clusters:read', 'team:delete'], expiresAt = new Date(Date.now() + dayMs) } = more
    await asSuperuser(
      place.database,
      `INSERT INTO api_key ("tenantId", id, name, prefix, "keyHash", scopes, "createdBy", "createdByEmail", "expiresAt")
       VALUES ($1, $2, 'ci', $3, $4, $5, $6, 'x', $7)`,
      [person.teamId, id, prefix, keyHash, scopes, person.userId, expiresAt],
    )
    return { id, secret }
  }
  const use = (secret: string) =>
    identify(new Headers({ authorization: `Bearer ${secret}` }), requestFrom(newAddress()))

  it('acts in its team with its scopes, but never with more than its maker holds today', async () => {
    const person = await newPerson()
    const { id, secret } = await newKey(person)
    const identity = await use(secret)
    expect(identity).toMatchObject({
      kind: 'api-key',
      tenant: { tenantId: person.teamId, via: 'api', actor: { id, label: 'ci' } },
    })
    await setRole(person, 'viewer')
    const later = await use(secret)
    expect(later.kind === 'api-key' && [...later.tenant.permissions]).toEqual(['clusters:read'])
  })

  it('remembers when and from where it was used last', async () => {
    const { id, secret } = await newKey(await newPerson())
    await use(secret)
    const { rows } = await asSuperuser(place.database, 'SELECT "lastUsedAt", "lastUsedIp" FROM api_key WHERE id = $1', [
      id,
    ])
    expect(rows[0]?.lastUsedIp).toMatch(/^198\.18\./)
    expect(Date.now() - rows[0]?.lastUsedAt.getTime()).toBeLessThan(minuteMs)
  })

  it('is refused once revoked, expired or its maker gone', async () => {
    const [ada, bob] = [await newPerson(), await newPerson()]
    const revoked = await newKey(ada)
    await asSuperuser(place.database, 'UPDATE api_key SET "revokedAt" = now() WHERE id = $1', [revoked.id])
    const expired = await newKey(ada, { expiresAt: new Date(Date.now() - 1) })
    const orphan = await newKey(bob)
    await asSuperuser(place.database, 'DELETE FROM membership WHERE "userId" = $1', [bob.userId])
    for (const { secret } of [revoked, expired, orphan]) expect(await codeOf(use(secret))).toBe('not-authenticated')
  })

  it('is told that its team is being deleted, and works again when that is taken back', async () => {
    const eve = await newPerson()
    const { secret } = await newKey(eve)
    await asSuperuser(place.database, 'UPDATE tenant SET "closingAt" = now() WHERE id = $1', [eve.teamId])
    expect(await codeOf(use(secret))).toBe('tenant-closing')
    await asSuperuser(place.database, 'UPDATE tenant SET "closingAt" = NULL WHERE id = $1', [eve.teamId])
    expect(await use(secret)).toMatchObject({ kind: 'api-key' })
  })

  it.each(['', 'kst_', `kst_${'0'.repeat(49)}`, newApiKey().secret, `${newApiKey().secret}x`, 'eyJ.a.b'])(
    'that we never gave out is refused: %s',
    async (secret) => {
      expect(await codeOf(use(secret))).toBe('not-authenticated')
    },
  )

  it('stands before a cookie: a request never falls back to the session', async () => {
    const sid = await newSession(await newPerson())
    expect(await codeOf(selfOf(sid, { authorization: 'Bearer kst_wrong' }))).toBe('not-authenticated')
  })
})

describe('tables of people', () => {
  it('are out of reach of the login that works for teams', async () => {
    const { withTenant } = await import('#lib/db/tenant.ts')
    const person = await newPerson()
    await expect(withTenant(person.teamId, (db) => db.session.findMany())).rejects.toThrow(/denied|permission/i)
    await expect(withTenant(person.teamId, (db) => db.credential.findMany())).rejects.toThrow(/denied|permission/i)
    expect(await withSystem((db) => db.credential.count({ where: { userId: person.userId } }))).toBe(1)
  })
})
