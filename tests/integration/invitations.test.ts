import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '#lib/contracts/roles.ts'
import { roles } from '#lib/contracts/roles.ts'
import { closePools } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId, newSecretToken } from '#lib/ids.ts'
import { acceptInvitation } from '#lib/services/invitations/accept-invitation.ts'
import { invite } from '#lib/services/invitations/invite.ts'
import { joinTeam } from '#lib/services/invitations/join-team.ts'
import { listInvitations } from '#lib/services/invitations/list-invitations.ts'
import { lookUpInvitation } from '#lib/services/invitations/look-up-invitation.ts'
import { revokeInvitation } from '#lib/services/invitations/revoke-invitation.ts'
import { closeTeam } from '#lib/services/team/close-team.ts'
import type { RequestContext, TenantContext } from '#lib/tenancy/context.ts'
import { addTeammate, auditLengthOf, auditOf, createAccount, outcomesOf } from '#tests/support/teammates.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace

beforeAll(async () => {
  place = await openWorkplace()
})
afterAll(closePools)

const password = 'four unrelated words here'
const anybody = (): RequestContext => ({
  requestId: newId(),
  ip: '127.0.0.1',
  userAgent: 'test',
  signal: new AbortController().signal,
})
const newAddress = () => `${newId()}@example.com`
const tokenOf = ({ link }: { link: string }) => link.split('#')[1] ?? ''

async function invited(team: TenantContext, role: Role = 'viewer') {
  const invitation = await invite(team, { email: newAddress(), role })
  return { ...invitation, token: tokenOf(invitation) }
}

const accept = (token: string) => acceptInvitation(anybody(), { token, name: 'Grace', password })
const expire = (id: string) =>
  asSuperuser(place.database, `UPDATE invitation SET "expiresAt" = now() - interval '1 second' WHERE id = $1`, [id])

describe('inviting', () => {
  it.each(roles.flatMap((own) => roles.map((role) => [own, role] as const)))(
    'by a %s for the role of %s follows the ranks',
    async (own, role) => {
      const team = await createTeam()
      const member = await addTeammate(team, own)
      const isAllowed = roles.indexOf(own) >= roles.indexOf('admin') && roles.indexOf(own) >= roles.indexOf(role)
      const outcome = await outcomesOf([invite(member, { email: newAddress(), role })])
      expect(outcome).toEqual({ [isAllowed ? 'ok' : 'permission-denied']: 1 })
    },
  )

  it('gives a link for 24 hours, of which nothing but a hash is kept', async () => {
    const team = await createTeam()
    const invitation = await invited(team, 'operator')
    expect(invitation.link).toMatch(/^http:\/\/localhost:3000\/invitation#kin_/)
    expect(invitation.state).toBe('pending')
    const lifeMs = Date.parse(invitation.expiresAt) - Date.parse(invitation.createdAt)
    expect(Math.abs(lifeMs - 86_400_000)).toBeLessThan(5_000)
    const { rows } = await asSuperuser(
      place.database,
      `SELECT (SELECT jsonb_agg(i) FROM invitation i)::text || (SELECT jsonb_agg(a) FROM audit_event a)::text
           || (SELECT jsonb_agg(e) FROM event e)::text AS everything`,
    )
    expect(rows[0].everything).not.toContain(invitation.token)
    expect(await auditOf(team)).toMatchObject([{ action: 'invitation.created', diff: { role: [null, 'operator'] } }])
  })

  it('a member, or an address with an open invitation, is refused and says so', async () => {
    const team = await createTeam()
    const email = newAddress()
    expect(await outcomesOf([invite(team, { email: team.actor.label, role: 'viewer' })])).toEqual({
      'already-member': 1,
    })
    const attempts = [1, 2, 3].map(() => invite(team, { email, role: 'viewer' }))
    expect(await outcomesOf(attempts)).toEqual({ ok: 1, 'already-invited': 2 })
  })

  it('again is possible once the first invitation ran out or was withdrawn', async () => {
    const team = await createTeam()
    const { id, email } = await invited(team)
    await expire(id)
    const second = await invite(team, { email, role: 'viewer' })
    await revokeInvitation(team, { invitationId: second.id })
    await invite(team, { email, role: 'viewer' })
    const states = (await listInvitations(team, { limit: 50 })).items.map(({ state }) => state)
    expect(states).toEqual(['pending', 'revoked', 'expired'])
    for (const state of ['pending', 'revoked', 'expired'] as const) {
      expect((await listInvitations(team, { limit: 50, state })).items).toHaveLength(1)
    }
  })

  it('stops at the quota of members, counting open invitations, also when all come at once', async () => {
    const owner = await createTeam()
    const team = { ...owner, quotas: { ...owner.quotas, members: 4 } }
    const attempts = Array.from({ length: 6 }, () => invite(team, { email: newAddress(), role: 'viewer' as const }))
    expect(await outcomesOf(attempts)).toEqual({ ok: 3, 'quota-exceeded': 3 })
  })

  it('stops at the quota of open invitations and names it', async () => {
    const owner = await createTeam()
    const team = { ...owner, quotas: { ...owner.quotas, 'pending-invitations': 1 } }
    await invited(team)
    await expect(invited(team)).rejects.toMatchObject({
      code: 'quota-exceeded',
      details: { quota: 'pending-invitations', limit: 1, used: 1 },
    })
  })
})

describe('an invitation', () => {
  it('makes an account and a member out of somebody new, and is written down once', async () => {
    const team = await createTeam()
    const { token, email } = await invited(team, 'operator')
    expect(await lookUpInvitation(anybody(), { token })).toMatchObject({ email, role: 'operator', hasAccount: false })
    const before = await auditLengthOf(team)
    const context = anybody()
    const accepted = await acceptInvitation(context, { token, name: 'Grace', password, locale: 'zh' })
    expect(accepted).toEqual({ teamId: team.tenantId, email, isNewUser: true })
    const user = await withSystem((db) => db.user.findUnique({ where: { email }, include: { memberships: true } }))
    expect(user).toMatchObject({ locale: 'zh', memberships: [{ tenantId: team.tenantId, role: 'operator' }] })
    expect(await auditLengthOf(team)).toBe(before + 1)
    expect(await auditOf(team)).toMatchObject([
      { action: 'member.joined', actorId: user?.id, via: 'public', requestId: context.requestId },
    ])
  })

  it('is used once however many arrive with it, and leaves no half account behind', async () => {
    const team = await createTeam()
    const { token, email } = await invited(team)
    const outcomes = await outcomesOf(Array.from({ length: 6 }, () => accept(token)))
    expect(outcomes.ok).toBe(1)
    const users = await withSystem((db) => db.user.count({ where: { email } }))
    const members = await withTenant(team.tenantId, (db) => db.membership.count())
    expect([users, members]).toEqual([1, 2])
  })

  it('withdrawn in the moment it is accepted is either the one or the other', async () => {
    for (let round = 0; round < 8; round++) {
      const team = await createTeam()
      const { token, id } = await invited(team)
      const account = await createAccount()
      await withSystem((db) => db.invitation.updateMany({ where: { id }, data: { email: account.user.email } }))
      const outcomes = await outcomesOf([joinTeam(account, { token }), revokeInvitation(team, { invitationId: id })])
      expect(outcomes.ok).toBe(1)
      const members = await withTenant(team.tenantId, (db) => db.membership.count())
      const [state] = (await listInvitations(team, { limit: 1 })).items.map((invitation) => invitation.state)
      expect([state, members]).toEqual(outcomes.conflict ? ['accepted', 2] : ['revoked', 1])
    }
  })

  it('that ran out, was withdrawn, was used, is mistyped or of a closing team gets one and the same answer', async () => {
    const team = await createTeam()
    const [old, withdrawn, used] = [await invited(team), await invited(team), await invited(team)]
    await expire(old.id)
    await revokeInvitation(team, { invitationId: withdrawn.id })
    await accept(used.token)
    const closing = await createTeam({ name: 'Closing' })
    const late = await invited(closing)
    await closeTeam(closing, { confirmName: 'Closing' })
    const tokens = [old.token, withdrawn.token, used.token, late.token, newSecretToken('kin'), `${used.token}x`, 'kin_']
    const stranger = await createAccount()
    for (const token of tokens) {
      const attempts = [lookUpInvitation(anybody(), { token }), accept(token), joinTeam(stranger, { token })]
      expect(await outcomesOf(attempts)).toEqual({ 'invitation-invalid': 3 })
    }
  })

  it('sets no password for an account that exists: its owner signs in first', async () => {
    const team = await createTeam()
    const account = await createAccount()
    const invitation = await invite(team, { email: account.user.email, role: 'viewer' })
    const token = tokenOf(invitation)
    expect(await lookUpInvitation(anybody(), { token })).toMatchObject({ hasAccount: true })
    expect(await outcomesOf([accept(token)])).toEqual({ 'sign-in-first': 1 })
    expect(await withSystem((db) => db.credential.count({ where: { userId: account.user.id } }))).toBe(0)
    expect(await joinTeam(account, { token })).toEqual({
      teamId: team.tenantId,
      email: account.user.email,
      isNewUser: false,
    })
    const session = await withSystem((db) => db.session.findUnique({ where: { id: account.session.id } }))
    expect(session?.activeTenantId).toBe(team.tenantId)
  })

  it('to another address lets nobody in who found the link', async () => {
    const team = await createTeam()
    const { token } = await invited(team)
    const finder = await createAccount()
    expect(await outcomesOf([joinTeam(finder, { token })])).toEqual({ 'invitation-not-yours': 1 })
    expect((await listInvitations(team, { limit: 1, state: 'pending' })).items).toHaveLength(1)
  })

  it('does not let more in than the quota of members, however it got out', async () => {
    const team = await createTeam()
    const { token } = await invited(team)
    await asSuperuser(place.database, `UPDATE tenant SET "quotaOverrides" = '{"members": 1}' WHERE id = $1`, [
      team.tenantId,
    ])
    expect(await outcomesOf([accept(token)])).toEqual({ 'quota-exceeded': 1 })
    expect((await listInvitations(team, { limit: 1, state: 'pending' })).items).toHaveLength(1)
  })

  it('refuses a password everybody tries, and stays open', async () => {
    const team = await createTeam()
    const { token } = await invited(team)
    const attempt = acceptInvitation(anybody(), { token, name: 'Grace', password: 'passwordpassword' })
    expect(await outcomesOf([attempt])).toEqual({ 'password-too-common': 1 })
    expect(await outcomesOf([accept(token)])).toEqual({ ok: 1 })
  })

  it('of another team cannot be withdrawn, nor told from one that does not exist', async () => {
    const [team, other] = [await createTeam(), await createTeam()]
    const { id } = await invited(other)
    for (const invitationId of [id, newId()]) {
      expect(await outcomesOf([revokeInvitation(team, { invitationId })])).toEqual({ 'not-found': 1 })
    }
    expect((await listInvitations(other, { limit: 1, state: 'pending' })).items).toHaveLength(1)
  })
})
