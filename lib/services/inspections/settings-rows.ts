import type { ClusterInspectionSettingsView, InspectionSettingsView } from '#lib/contracts/watch.ts'
import type { Db } from '#lib/db/pools.ts'
import { inspections } from '#lib/inspections/index.ts'
import { settingsFormOf } from '#lib/inspections/settings-form.ts'
import type { SettingsById } from './effective-settings.ts'
import { effectiveSettings, readFeatures, readSettings } from './effective-settings.ts'

/** What the team has set for all its clusters. */
export async function readTeamSettings(db: Db, tenantId: string): Promise<SettingsById> {
  const row = await db.watchSettings.findUnique({ where: { tenantId } })
  return readSettings(row?.inspections)
}

const forms = inspections.map(settingsFormOf)

export function showTeamSettings(team: SettingsById): InspectionSettingsView {
  return { forms, effective: effectiveOf(team), own: { ...team } }
}

interface ClusterSettings {
  readonly features: unknown
  readonly inspections: unknown
  readonly everySeconds: number
}

export function showClusterSettings(
  { features, inspections: column, everySeconds }: ClusterSettings,
  team: SettingsById,
): ClusterInspectionSettingsView {
  const own = readSettings(column)
  return {
    forms,
    effective: effectiveOf(team, own),
    own: { ...own },
    features: { ...readFeatures(features) },
    everySeconds,
    team: { ...team },
  }
}

function effectiveOf(team: SettingsById, cluster: SettingsById = {}): InspectionSettingsView['effective'] {
  const entries = inspections.map((one) => [one.id, effectiveSettings(one, team[one.id], cluster[one.id])])
  return Object.fromEntries(entries)
}
