import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findEarlierAnswer } from '#lib/api/idempotency.ts'
import { roles } from '#lib/contracts/roles.ts'
import { closePools } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { createApiKey } from '#lib/services/api-keys/create-api-key.ts'
import { changeRole } from '#lib/services/members/change-role.ts'
import { createResetLink } from '#lib/services/members/create-reset-link.ts'
import { listMembers } from '#lib/services/members/list-members.ts'
import { removeMember } from '#lib/services/members/remove-member.ts'
import { completeReset } from '#lib/services/password-resets/complete-reset.ts'
import { leaveTeam } from '#lib/services/team/leave-team.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { addTeammate, auditLengthOf, auditOf, outcomesOf } from '#tests/support/teammates.ts'
import { createTeam, openWorkplace } from '#tests/support/work-team.ts'

beforeAll(() => openWorkplace())
afterAll(closePools)

const ranks = roles.map((role, rank) => ({ role, rank }))
const pairs = ranks.flatMap((actor) => ranks.flatMap((target) => ranks.map((wanted) => ({ actor, target, wanted }))))

async function roleOf({ tenantId, actor }: TenantContext): Promise<string | undefined> {
  const row = await withTenant(tenantId, (db) => db.membership.findFirst({ where: { userId: actor.id } }))
  return row?.role
}

const ownersOf = ({ tenantId }: TenantContext) =>
  withTenant(tenantId, (db) => db.membership.count({ where: { role: 'owner' } }))

describe('changing a role', () => {
  it('follows the permission table for every actor, target and wanted role', async () => {
    const team = await createTeam({ plan: 'business' })
    for (const { actor, target, wanted } of pairs) {
      const [changer, member] = [await addTeammate(team, actor.role), await addTeammate(team, target.role)]
      const isAllowed = actor.rank >= roles.indexOf('admin') && actor.rank >= target.rank && actor.rank >= wanted.rank
      const outcome = outcomesOf([changeRole(changer, { userId: member.actor.id, role: wanted.role })])
      const sentence = `${actor.role} makes ${target.role} ${wanted.role}`
      expect(await outcome, sentence).toEqual({ [isAllowed ? 'ok' : 'permission-denied']: 1 })
      expect(await roleOf(member), sentence).toBe(isAllowed ? wanted.role : target.role)
    }
  })

  it('is written down once, with what it was before', async () => {
    const team = await createTeam()
    const member = await addTeammate(team, 'viewer')
    const before = await auditLengthOf(team)
    await changeRole(team, { userId: member.actor.id, role: 'operator' })
    expect(await auditLengthOf(team)).toBe(before + 1)
    const [event] = await auditOf(team)
    expect(event).toMatchObject({
      action: 'member.role-changed',
      actorId: team.actor.id,
      targetId: member.actor.id,
      requestId: team.requestId,
      diff: { role: ['viewer', 'operator'] },
    })
  })

  it('of somebody in another team is as unknown as of somebody who does not exist', async () => {
    const [team, other] = [await createTeam(), await createTeam()]
    for (const userId of [other.actor.id, newId()]) {
      expect(await outcomesOf([changeRole(team, { userId, role: 'viewer' })])).toEqual({ 'not-found': 1 })
    }
    expect(await roleOf(other)).toBe('owner')
  })
})

describe('the last owner', () => {
  it('can neither step down, nor leave, nor be removed', async () => {
    const team = await createTeam()
    await addTeammate(team, 'admin')
    const userId = team.actor.id
    const attempts = [
      () => changeRole(team, { userId, role: 'admin' }),
      () => leaveTeam(team),
      () => removeMember(team, { userId }),
    ]
    for (const attempt of attempts) expect(await outcomesOf([attempt()])).toEqual({ 'last-owner': 1 })
    expect(await roleOf(team)).toBe('owner')
  })

  it('stays when all owners go at once, whichever way they go', async () => {
    for (let round = 0; round < 5; round++) {
      const team = await createTeam()
      const owners = [team, ...(await Promise.all(Array.from({ length: 5 }, () => addTeammate(team, 'owner'))))]
      const ways = [
        (owner: TenantContext) => leaveTeam(owner),
        (owner: TenantContext) => changeRole(owner, { userId: owner.actor.id, role: 'viewer' }),
        (owner: TenantContext) => removeMember(owner, { userId: owner.actor.id }),
      ]
      const attempts = owners.map((owner, index) => (ways[index % ways.length] as (typeof ways)[0])(owner))
      expect(await outcomesOf(attempts)).toEqual({ ok: 5, 'last-owner': 1 })
      expect(await ownersOf(team)).toBe(1)
    }
  })
})

describe('leaving a team', () => {
  it.each(['viewer', 'operator', 'admin'] as const)('is up to a %s alone', async (role) => {
    const team = await createTeam()
    const member = await addTeammate(team, role)
    await leaveTeam(member)
    expect(await roleOf(member)).toBeUndefined()
    expect(await auditOf(team)).toMatchObject([{ action: 'member.left', targetId: member.actor.id }])
  })

  it('takes the API keys of who leaves along, so that coming back does not bring them back', async () => {
    const team = await createTeam()
    const admin = await addTeammate(team, 'admin')
    const key = await createApiKey(admin, { name: 'ci', scopes: ['clusters:read'], expiresInDays: 1 })
    const kept = await createApiKey(team, { name: 'kept', scopes: ['clusters:read'], expiresInDays: 1 })
    await removeMember(team, { userId: admin.actor.id })
    const rows = await withTenant(team.tenantId, (db) => db.apiKey.findMany({ orderBy: { id: 'asc' } }))
    expect(rows.map(({ id, revokedAt }) => [id, revokedAt !== null])).toEqual([
      [key.id, true],
      [kept.id, false],
    ])
    expect(await auditOf(team)).toMatchObject([{ action: 'member.removed', diff: { revoked: [['ci'], null] } }])
  })
})

describe('removing a member', () => {
  it('is refused to an admin when the member is an owner', async () => {
    const team = await createTeam()
    const admin = await addTeammate(team, 'admin')
    expect(await outcomesOf([removeMember(admin, { userId: team.actor.id })])).toEqual({ 'permission-denied': 1 })
  })

  it('happens once when two do it at once', async () => {
    const team = await createTeam()
    const member = await addTeammate(team, 'viewer')
    const attempts = [1, 2, 3].map(() => removeMember(team, { userId: member.actor.id }))
    expect(await outcomesOf(attempts)).toEqual({ ok: 1, 'not-found': 2 })
  })
})

describe('the list of members', () => {
  it('finds by name and address, also by characters that mean something to LIKE', async () => {
    const team = await createTeam()
    const people = ['100%_sure@example.com', '100xysure@example.com'].map(async (email) => {
      const id = newId()
      await withSystem(async (db) => {
        await db.user.create({ data: { id, email, name: 'Someone' } })
        await db.membership.create({ data: { tenantId: team.tenantId, userId: id, role: 'viewer' } })
      })
    })
    await Promise.all(people)
    const found = await listMembers(team, { limit: 50, q: '100%_S' })
    expect(found.items.map(({ email }) => email)).toEqual(['100%_sure@example.com'])
    expect((await listMembers(team, { limit: 50, q: 'SOMEONE' })).items).toHaveLength(2)
    expect((await listMembers(team, { limit: 50, role: 'owner' })).items).toHaveLength(1)
  })

  it('pages through everybody once, in the order in which they joined', async () => {
    const team = await createTeam()
    for (let index = 0; index < 6; index++) await addTeammate(team, 'viewer')
    const all = (await listMembers(team, { limit: 200 })).items.map(({ userId }) => userId)
    const paged: string[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof listMembers>> = await listMembers(team, {
        limit: 2,
        ...(cursor ? { cursor } : {}),
      })
      paged.push(...page.items.map(({ userId }) => userId))
      cursor = page.nextCursor
    } while (cursor)
    expect(paged).toEqual(all)
    expect(all).toHaveLength(7)
  })
})

describe("an owner's link to reset a password", () => {
  const password = 'four unrelated words here'
  const tokenOf = (link: string) => link.split('#')[1] ?? ''
  const requestOf = ({ requestId, ip, userAgent, signal }: TenantContext) => ({ requestId, ip, userAgent, signal })

  it('sets the password of a member once, and is written down without the token', async () => {
    const team = await createTeam()
    const member = await addTeammate(team, 'viewer')
    const { link, expiresAt } = await createResetLink(team, { userId: member.actor.id })
    expect(link).toMatch(/^http:\/\/localhost:3000\/reset#krs_/)
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(3_600_000)
    const [event] = await auditOf(team)
    expect(event?.action).toBe('member.reset-link-created')
    expect(JSON.stringify(event, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
      tokenOf(link),
    )
    const attempts = [1, 2].map(() => completeReset(requestOf(team), { token: tokenOf(link), password }))
    expect(await outcomesOf(attempts)).toEqual({ ok: 1, 'reset-link-invalid': 1 })
  })

  it('makes the one before it useless', async () => {
    const team = await createTeam()
    const userId = (await addTeammate(team, 'viewer')).actor.id
    const first = await createResetLink(team, { userId })
    await createResetLink(team, { userId })
    const attempt = completeReset(requestOf(team), { token: tokenOf(first.link), password })
    expect(await outcomesOf([attempt])).toEqual({ 'reset-link-invalid': 1 })
  })

  it('is refused for somebody who belongs to another team as well, also when they join it later', async () => {
    const [team, other] = [await createTeam(), await createTeam()]
    const userId = (await addTeammate(team, 'viewer')).actor.id
    const early = await createResetLink(team, { userId })
    await withSystem((db) => db.membership.create({ data: { tenantId: other.tenantId, userId, role: 'viewer' } }))
    expect(await outcomesOf([createResetLink(team, { userId })])).toEqual({ 'reset-not-allowed': 1 })
    const late = completeReset(requestOf(team), { token: tokenOf(early.link), password })
    expect(await outcomesOf([late])).toEqual({ 'reset-link-invalid': 1 })
  })

  it('is not made for somebody whom an identity provider guards', async () => {
    const team = await createTeam()
    const userId = (await addTeammate(team, 'viewer')).actor.id
    await withSystem((db) => db.credential.delete({ where: { userId } }))
    expect(await outcomesOf([createResetLink(team, { userId })])).toEqual({ 'reset-not-allowed': 1 })
  })

  it('is made once for one idempotency key, and its answer is kept for the second request', async () => {
    const team = await createTeam()
    const userId = (await addTeammate(team, 'viewer')).actor.id
    const idempotency = { key: newId(), route: 'POST /x', bodyHash: 'a', status: 201, serialise: JSON.stringify }
    const asked = [1, 2, 3].map(() => createResetLink({ ...team, idempotency }, { userId }))
    const links = (await Promise.allSettled(asked)).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(links).toHaveLength(1)
    expect(await outcomesOf(asked)).toEqual({ ok: 1, 'idempotency-in-progress': 2 })
    expect(await (await findEarlierAnswer(team.tenantId, idempotency))?.json()).toEqual(links[0])
  })

  it("is not made for another team's member", async () => {
    const [team, other] = [await createTeam(), await createTeam()]
    expect(await outcomesOf([createResetLink(team, { userId: other.actor.id })])).toEqual({ 'not-found': 1 })
  })
})
