import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '#lib/contracts/roles.ts'
import { roles } from '#lib/contracts/roles.ts'
import { closePools } from '#lib/db/pools.ts'
import { newId } from '#lib/ids.ts'
import { createApiKey } from '#lib/services/api-keys/create-api-key.ts'
import { invite } from '#lib/services/invitations/invite.ts'
import { listInvitations } from '#lib/services/invitations/list-invitations.ts'
import { lookUpInvitation } from '#lib/services/invitations/look-up-invitation.ts'
import { changeRole } from '#lib/services/members/change-role.ts'
import { removeMember } from '#lib/services/members/remove-member.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { identify } from '#lib/tenancy/identify.ts'
import { permissionsOf } from '#lib/tenancy/permissions.ts'
import { migrate } from '#scripts/database/migrate.ts'
import { readMigrationFiles } from '#scripts/database/migration-files.ts'
import { withPostgres } from '#scripts/servers/postgres-client.ts'
import { createEmptyDatabase } from '#tests/support/servers.ts'
import { addTeammate, auditLengthOf, auditOf, outcomesOf } from '#tests/support/teammates.ts'
import { createTeam, openWorkplace } from '#tests/support/work-team.ts'

beforeAll(() => openWorkplace())
afterAll(closePools)

const newAddress = () => `${newId()}@example.com`
const inviteAs = (ctx: TenantContext, role: Role) => invite(ctx, { email: newAddress(), role })

async function pendingRoles(team: TenantContext): Promise<Role[]> {
  const { items } = await listInvitations(team, { limit: 50, state: 'pending' })
  return items.map(({ role }) => role).toSorted()
}

/** Acts by an API key that this member made. */
async function keyOf(member: TenantContext): Promise<TenantContext> {
  const scopes = [...permissionsOf('admin')]
  const { secret } = await createApiKey(member, { name: 'ci', scopes, expiresInDays: 1 })
  const { requestId, ip, userAgent, signal } = member
  const base = { requestId, ip, userAgent, signal }
  const identity = await identify(new Headers({ authorization: `Bearer ${secret}` }), base)
  if (identity.kind !== 'api-key') throw new Error(identity.kind)
  return identity.tenant
}

describe('the invitations of somebody who is lowered', () => {
  it.each([
    ['owner', 'admin', ['admin', 'operator', 'viewer']],
    ['owner', 'viewer', []],
    ['admin', 'operator', []],
    ['admin', 'owner', ['admin', 'operator', 'viewer']],
  ] as const)('from %s to %s: %j are left', async (before, after, left) => {
    const team = await createTeam()
    const member = await addTeammate(team, before)
    for (const role of roles.slice(0, roles.indexOf(before) + 1)) await inviteAs(member, role)
    await changeRole(team, { userId: member.actor.id, role: after })
    expect(await pendingRoles(team)).toEqual(left)
  })

  it('are named in the one event of the change, and their links are dead', async () => {
    const team = await createTeam()
    const admin = await addTeammate(team, 'admin')
    const { email, link } = await inviteAs(admin, 'admin')
    const others = await inviteAs(team, 'admin')
    const before = await auditLengthOf(team)
    await changeRole(team, { userId: admin.actor.id, role: 'viewer' })
    expect(await auditLengthOf(team)).toBe(before + 1)
    const diff = { role: ['admin', 'viewer'], invitations: [[email], null] }
    expect(await auditOf(team)).toMatchObject([{ action: 'member.role-changed', diff }])
    const lookUp = (url: string) => lookUpInvitation(team, { token: url.split('#')[1] ?? '' })
    expect(await outcomesOf([lookUp(link), lookUp(others.link)])).toEqual({ 'invitation-invalid': 1, ok: 1 })
  })

  it('made through an API key of theirs die too', async () => {
    const team = await createTeam()
    const admin = await addTeammate(team, 'admin')
    await inviteAs(await keyOf(admin), 'admin')
    await changeRole(team, { userId: admin.actor.id, role: 'viewer' })
    expect(await pendingRoles(team)).toEqual([])
  })

  it('cannot be made by a request whose sender was lowered or removed after it came in', async () => {
    const team = await createTeam()
    const [lowered, removed] = [await addTeammate(team, 'admin'), await addTeammate(team, 'admin')]
    const viewer = await addTeammate(team, 'viewer')
    await changeRole(team, { userId: lowered.actor.id, role: 'viewer' })
    await removeMember(team, { userId: removed.actor.id })
    const late = [
      inviteAs(lowered, 'admin'),
      inviteAs(removed, 'viewer'),
      changeRole(lowered, { userId: viewer.actor.id, role: 'admin' }),
    ]
    expect(await outcomesOf(late)).toEqual({ 'permission-denied': 3 })
    expect(await pendingRoles(team)).toEqual([])
  })
})

describe('the invitations of somebody who is gone', () => {
  it('die with their membership, so that nobody comes back by a link of their own', async () => {
    const team = await createTeam()
    const admin = await addTeammate(team, 'admin')
    const own = [await inviteAs(admin, 'admin'), await inviteAs(await keyOf(admin), 'viewer')]
    await inviteAs(team, 'operator')
    await removeMember(team, { userId: admin.actor.id })
    expect(await pendingRoles(team)).toEqual(['operator'])
    const [event] = await auditOf(team)
    expect(event).toMatchObject({ action: 'member.removed', diff: { revoked: [['ci'], null] } })
    expect(JSON.stringify(event?.diff)).toContain(own[0]?.email)
    expect(JSON.stringify(event?.diff)).toContain(own[1]?.email)
  })
})

describe('the migration', () => {
  it('finds who answers for the invitations that are open already, and leaves the walls standing', async () => {
    const { urls, adminUrl } = await createEmptyDatabase()
    const files = readMigrationFiles()
    const index = files.findIndex(({ name }) => name.endsWith('invitation_inviter'))
    await migrate(urls.owner, { files: files.slice(0, index) })
    const [team, ada, grace] = [newId(), newId(), newId()]
    const found = await withPostgres(adminUrl, async (client) => {
      await client.query(`INSERT INTO tenant (id, name) VALUES ('${team}', 'T')`)
      await client.query(`INSERT INTO "user" (id, email, name)
        VALUES ('${ada}', 'ada@example.com', 'Ada'), ('${grace}', 'grace@example.com', 'Grace')`)
      await client.query(`INSERT INTO membership ("tenantId", "userId", role) VALUES ('${team}', '${ada}', 'admin')`)
      await client.query(`INSERT INTO api_key
          ("tenantId", id, name, prefix, "keyHash", scopes, "createdBy", "createdByEmail", "expiresAt")
        VALUES ('${team}', '${newId()}', 'ci', 'kst', 'x', '{}', '${ada}', 'ada@example.com', now())`)
      for (const by of ['ada@example.com', 'ci', 'grace@example.com']) {
        await client.query(`INSERT INTO invitation ("tenantId", id, email, role, "tokenHash", "invitedBy", "expiresAt")
          VALUES ('${team}', '${newId()}', 'x@example.com', 'viewer', '${newId()}', '${by}', now() + interval '1 day')`)
      }
      await migrate(urls.owner, { files })
      const { rows } = await client.query('SELECT "invitedBy", "inviterId" FROM invitation ORDER BY 1')
      const { rows: open } = await client.query(
        'SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity',
      )
      return { inviters: rows.map(({ inviterId }) => inviterId), open }
    })
    expect(found).toEqual({ inviters: [ada, ada, null], open: [] })
  })
})
