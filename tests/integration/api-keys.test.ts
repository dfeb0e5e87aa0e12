import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Permission } from '#lib/contracts/roles.ts'
import { permissions } from '#lib/contracts/roles.ts'
import { closePools } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { createApiKey } from '#lib/services/api-keys/create-api-key.ts'
import { listApiKeys } from '#lib/services/api-keys/list-api-keys.ts'
import { revokeApiKey } from '#lib/services/api-keys/revoke-api-key.ts'
import { invite } from '#lib/services/invitations/invite.ts'
import { changeRole } from '#lib/services/members/change-role.ts'
import { removeMember } from '#lib/services/members/remove-member.ts'
import type { RequestContext, TenantContext } from '#lib/tenancy/context.ts'
import { identify } from '#lib/tenancy/identify.ts'
import { addTeammate, auditOf, outcomesOf } from '#tests/support/teammates.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace

beforeAll(async () => {
  place = await openWorkplace()
})
afterAll(closePools)

const scopes: Permission[] = ['clusters:read']
const make = (ctx: TenantContext, wanted: Permission[] = scopes) =>
  createApiKey(ctx, { name: 'ci', scopes: wanted, expiresInDays: 30 })

/** Whoever presents this secret; throws as `identify` does. */
async function identifyKey(secret: string): Promise<TenantContext> {
  const base: RequestContext = {
    requestId: newId(),
    ip: '198.51.100.7',
    userAgent: '',
    signal: new AbortController().signal,
  }
  const identity = await identify(new Headers({ authorization: `Bearer ${secret}` }), base)
  if (identity.kind !== 'api-key') throw new Error(identity.kind)
  return identity.tenant
}

/** What somebody who presents this secret may do; throws as `identify` does. */
async function permissionsOfKey(secret: string): Promise<Permission[]> {
  return [...(await identifyKey(secret)).permissions]
}

describe('an API key', () => {
  it('is shown once and kept only as a hash', async () => {
    const team = await createTeam()
    const { secret, prefix } = await make(team)
    expect(secret).toMatch(/^kst_[0-9A-Za-z]{49}$/)
    expect(secret.startsWith(prefix)).toBe(true)
    expect(prefix).toHaveLength(12)
    const { rows } = await asSuperuser(
      place.database,
      `SELECT (SELECT jsonb_agg(k) FROM api_key k)::text || (SELECT jsonb_agg(a) FROM audit_event a)::text
           || (SELECT jsonb_agg(e) FROM event e)::text AS everything`,
    )
    expect(rows[0].everything).not.toContain(secret)
    expect(JSON.stringify(await listApiKeys(team, { limit: 50 }))).not.toContain(secret)
    expect(await auditOf(team)).toMatchObject([{ action: 'api-key.created', diff: { scopes: [null, scopes] } }])
  })

  it.each(['viewer', 'operator', 'admin', 'owner'] as const)(
    'of a %s holds nothing its maker does not hold',
    async (role) => {
      const member = await addTeammate(await createTeam({ plan: 'business' }), role)
      for (const permission of permissions) {
        const outcome = await outcomesOf([make(member, [permission])])
        expect(outcome, permission).toEqual({ [member.permissions.has(permission) ? 'ok' : 'permission-denied']: 1 })
      }
    },
  )

  it('that asks for too much is refused with the name of the scope', async () => {
    const admin = await addTeammate(await createTeam(), 'admin')
    await expect(make(admin, ['clusters:read', 'team:delete'])).rejects.toMatchObject({
      code: 'permission-denied',
      details: { permission: 'team:delete' },
    })
  })

  it('is not made by another key, which would outlive itself that way', async () => {
    const { session: _, ...rest } = await createTeam()
    const key: TenantContext = { ...rest, actor: { kind: 'api-key', id: newId(), label: 'ci' }, via: 'api' }
    expect(await outcomesOf([make(key)])).toEqual({ 'person-required': 1 })
  })

  it('opens exactly its scopes, and nothing on the request after it was revoked', async () => {
    const team = await createTeam()
    const { id, secret } = await make(team, ['clusters:read', 'members:read'])
    expect((await permissionsOfKey(secret)).toSorted()).toEqual(['clusters:read', 'members:read'])
    await revokeApiKey(team, { apiKeyId: id })
    expect(await outcomesOf([permissionsOfKey(secret)])).toEqual({ 'not-authenticated': 1 })
    expect(await auditOf(team)).toMatchObject([{ action: 'api-key.revoked', targetId: id }])
  })

  it('opens nothing once it ran out', async () => {
    const team = await createTeam()
    const { id, secret } = await make(team)
    await asSuperuser(place.database, `UPDATE api_key SET "expiresAt" = now() WHERE id = $1`, [id])
    expect(await outcomesOf([permissionsOfKey(secret)])).toEqual({ 'not-authenticated': 1 })
    expect((await listApiKeys(team, { limit: 1, state: 'expired' })).items).toHaveLength(1)
  })

  it('shrinks with the role of its maker and dies with their membership', async () => {
    const team = await createTeam()
    const admin = await addTeammate(team, 'admin')
    const { secret } = await make(admin, ['members:write', 'members:read'])
    await changeRole(team, { userId: admin.actor.id, role: 'viewer' })
    expect(await permissionsOfKey(secret)).toEqual(['members:read'])
    await removeMember(team, { userId: admin.actor.id })
    expect(await outcomesOf([permissionsOfKey(secret)])).toEqual({ 'not-authenticated': 1 })
  })

  it('makes nobody more than its own scopes allow, however powerful its maker', async () => {
    const team = await createTeam()
    const viewer = await addTeammate(team, 'viewer')
    const { secret } = await make(team, ['members:write', 'invitations:write', 'team:read'])
    const key = await identifyKey(secret)
    const refused = { code: 'permission-denied' }
    await expect(invite(key, { email: `${newId()}@example.com`, role: 'owner' })).rejects.toMatchObject(refused)
    await expect(invite(key, { email: `${newId()}@example.com`, role: 'viewer' })).rejects.toMatchObject(refused)
    await expect(changeRole(key, { userId: viewer.actor.id, role: 'admin' })).rejects.toMatchObject(refused)
    await expect(removeMember(key, { userId: team.actor.id })).rejects.toMatchObject(refused)
  })

  it('remembers when and from where it was used last', async () => {
    const team = await createTeam()
    const { secret } = await make(team)
    await permissionsOfKey(secret)
    const [key] = (await listApiKeys(team, { limit: 1 })).items
    expect(key).toMatchObject({ state: 'active', lastUsedIp: '198.51.100.7', lastUsedAt: expect.any(String) })
  })

  it('is revoked once, and of another team not at all', async () => {
    const [team, other] = [await createTeam(), await createTeam()]
    const { id } = await make(team)
    expect(await outcomesOf([revokeApiKey(other, { apiKeyId: id })])).toEqual({ 'not-found': 1 })
    const attempts = [1, 2, 3].map(() => revokeApiKey(team, { apiKeyId: id }))
    expect(await outcomesOf(attempts)).toEqual({ ok: 1, conflict: 2 })
  })

  it('counts against the quota until it is revoked, also when all are made at once', async () => {
    const owner = await createTeam()
    const team = { ...owner, quotas: { ...owner.quotas, 'api-keys': 2 } }
    expect(await outcomesOf([1, 2, 3, 4].map(() => make(team)))).toEqual({ ok: 2, 'quota-exceeded': 2 })
    const [key] = (await listApiKeys(team, { limit: 1 })).items
    await revokeApiKey(team, { apiKeyId: key?.id ?? '' })
    expect(await outcomesOf([make(team)])).toEqual({ ok: 1 })
    expect(await withTenant(team.tenantId, (db) => db.apiKey.count())).toBe(3)
  })
})
