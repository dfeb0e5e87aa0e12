import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorize } from '#lib/api/authorize.ts'
import { closePools } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { changeRole } from '#lib/services/members/change-role.ts'
import type { SelfContext, TenantContext } from '#lib/tenancy/context.ts'
import { addMs, minuteMs } from '#lib/time.ts'
import { codeOf, newAddress, newSession, requestFrom, selfOf } from '#tests/support/signed-in.ts'
import { addTeammate } from '#tests/support/teammates.ts'
import { createTeam, openWorkplace } from '#tests/support/work-team.ts'

beforeAll(() => openWorkplace())
afterAll(closePools)

/** A viewer of the team with the session of a browser, who proved who they are some minutes ago. */
async function viewerOf(team: TenantContext, { provedMinutesAgo }: { provedMinutesAgo: number }) {
  const { actor } = await addTeammate(team, 'viewer')
  const person = { userId: actor.id, teamId: team.tenantId, email: actor.label, ip: newAddress() }
  return { userId: actor.id, sid: await newSession(person, addMs(new Date(), -provedMinutesAgo * minuteMs)) }
}

const seenAgo = ({ session }: SelfContext, minutes: number) =>
  withSystem((db) =>
    db.session.update({ where: { id: session.id }, data: { seenAt: addMs(new Date(), -minutes * minuteMs) } }),
  )

const dangerous = { access: 'team:delete', stepUp: true, summary: '', response: { status: 200, stream: '' } } as const
const attempt = async (self: SelfContext) => authorize(dangerous, { kind: 'session', self }, requestFrom(newAddress()))

describe('a session whose person gets another role', () => {
  it('goes on with the rights of that role, up and down', async () => {
    const team = await createTeam()
    const { sid, userId } = await viewerOf(team, { provedMinutesAgo: 0 })
    const { session } = await selfOf(sid)
    for (const role of ['admin', 'owner', 'operator'] as const) {
      await changeRole(team, { userId, role })
      const self = await selfOf(sid)
      expect([self.session.id, self.tenant?.role]).toEqual([session.id, role])
    }
    expect(await codeOf(attempt(await selfOf(sid)))).toBe('permission-denied')
  })

  it('opens nothing dangerous without a fresh proof of identity', async () => {
    const team = await createTeam()
    const { sid, userId } = await viewerOf(team, { provedMinutesAgo: 11 })
    await changeRole(team, { userId, role: 'owner' })
    const self = await selfOf(sid)
    expect(self.tenant?.permissions.has('team:delete')).toBe(true)
    expect(await codeOf(attempt(self))).toBe('step-up-required')
  })

  it('stands under the limit of idling of that role at once', async () => {
    const team = await createTeam()
    const { sid, userId } = await viewerOf(team, { provedMinutesAgo: 60 })
    await seenAgo(await selfOf(sid, { 'kstone-background': '1' }), 40)
    expect(await codeOf(selfOf(sid, { 'kstone-background': '1' }))).not.toBe('session-expired')
    await changeRole(team, { userId, role: 'admin' })
    expect(await codeOf(selfOf(sid))).toBe('session-expired')
  })
})
