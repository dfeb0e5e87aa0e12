import { afterAll, beforeAll, expect, it } from 'vitest'
import { closePools } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { createApiKey } from '#lib/services/api-keys/create-api-key.ts'
import { revokeApiKey } from '#lib/services/api-keys/revoke-api-key.ts'
import { invite } from '#lib/services/invitations/invite.ts'
import { revokeInvitation } from '#lib/services/invitations/revoke-invitation.ts'
import { countHoldings } from '#lib/services/team/count-holdings.ts'
import { addTeammate, auditLengthOf } from '#tests/support/teammates.ts'
import { createTeam, openWorkplace } from '#tests/support/work-team.ts'

beforeAll(async () => {
  await openWorkplace()
})
afterAll(closePools)

const anyone = () => `${newId()}@example.com`

it('counts what a deletion takes away: only what is alive, and only of this team', async () => {
  const other = await createTeam({ name: 'Other' })
  await invite(other, { email: anyone(), role: 'viewer' })
  const team = await createTeam()
  const { tenantId } = team
  await addTeammate(team, 'viewer')
  await invite(team, { email: anyone(), role: 'viewer' })
  await revokeInvitation(team, { invitationId: (await invite(team, { email: anyone(), role: 'viewer' })).id })
  const key = { name: 'ci', scopes: ['clusters:read' as const], expiresInDays: 1 }
  await createApiKey(team, key)
  await revokeApiKey(team, { apiKeyId: (await createApiKey(team, key)).id })
  await withTenant(tenantId, (db) =>
    db.cluster.create({ data: { tenantId, id: newId(), name: 'east', provider: 'imported' } }),
  )

  expect(await countHoldings(team)).toEqual({
    clusters: 1,
    members: 2,
    apiKeys: 1,
    invitations: 1,
    auditEvents: await auditLengthOf(team),
  })
})
