import type { ChangeTeamInspections, InspectionSettingsView } from '#lib/contracts/watch.ts'
import { collectAllSoon } from '#lib/services/collections/keep-collection.ts'
import { mutate } from '#lib/services/mutate.ts'
import { lockTeam } from '#lib/services/team/team-lock.ts'
import { getTeamRow } from '#lib/services/team/team-row.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { changedSettings, settingsDiff } from './changed-settings.ts'
import { readTeamSettings, showTeamSettings } from './settings-rows.ts'

/**
 * Changes by what inspections judge all clusters of the team; what a cluster has set itself goes on counting there.
 *
 * @throws AppError `invalid-input` as `changedSettings`
 */
export function changeTeamSettings(ctx: TenantContext, body: ChangeTeamInspections): Promise<InspectionSettingsView> {
  const { tenantId } = ctx
  return mutate(ctx, async (db) => {
    await lockTeam(db, tenantId)
    const before = await readTeamSettings(db, tenantId)
    const after = changedSettings({ own: before, below: {} }, body.settings)
    const data = { inspections: after as object, changedAt: new Date() }
    await db.watchSettings.upsert({ where: { tenantId }, create: { tenantId, ...data }, update: data })
    await collectAllSoon(db, tenantId)
    const { name } = await getTeamRow(db, tenantId)
    return {
      result: showTeamSettings(after),
      action: 'team.inspections-changed',
      target: { kind: 'team', id: tenantId, label: name },
      diff: settingsDiff(before, after),
      event: { kind: 'cluster.changed', payload: {} },
    }
  })
}
