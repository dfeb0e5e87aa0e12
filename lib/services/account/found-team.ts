import type { Db } from '#lib/db/pools.ts'
import { newId } from '#lib/ids.ts'
import { recordAudit } from '#lib/tenancy/audit-log.ts'
import type { Via } from '#lib/tenancy/context.ts'
import { createTenantKey } from '#lib/tenancy/tenant-keys.ts'

interface NewTeam {
  name: string
  founder: { id: string; email: string }
  via: Via
  requestId: string
}

/** Makes a team with its key, its founder as owner and the first event of its audit chain. Needs the system door. */
export async function foundTeam(db: Db, { name, founder, via, requestId }: NewTeam) {
  const team = await db.tenant.create({ data: { id: newId(), name } })
  await createTenantKey(db, team.id)
  await db.membership.create({ data: { tenantId: team.id, userId: founder.id, role: 'owner' } })
  const actor = { kind: 'user' as const, id: founder.id, label: founder.email }
  const target = { kind: 'team', id: team.id, label: name }
  await recordAudit(db, { tenantId: team.id, actor, via, requestId }, { action: 'team.created', target })
  return team
}
