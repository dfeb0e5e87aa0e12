import { z } from 'zod'
import type { InspectionFeature, InspectionId } from '#lib/contracts/inspections.ts'
import { inspectionFeatures } from '#lib/contracts/inspections.ts'
import type { Inspection } from '#lib/inspections/inspection.ts'
import type { SettingsOf } from '#lib/inspections/judge-all.ts'
import type { JsonValue } from '#lib/tenancy/json-value.ts'

/** Settings of one inspection: those given here, or all of them with their defaults. */
export type Settings = Readonly<Record<string, JsonValue>>
export type SettingsById = Readonly<Partial<Record<InspectionId, Settings>>>

/** What `cluster.features`, `cluster.inspections` and `watch_settings.inspections` hold. */
interface StoredSettings {
  readonly features: unknown
  readonly cluster: unknown
  readonly team: unknown
}

const settingsColumn = z.record(z.string(), z.record(z.string(), z.json()).catch({})).catch({})
const featuresColumn = z.record(z.string(), z.boolean()).catch({})

/** What a column of settings holds. What an older build may have written and this one cannot read counts for nothing. */
export function readSettings(column: unknown): SettingsById {
  return settingsColumn.parse(column)
}

/** What a column of switches holds: a feature that is not named is on. */
export function readFeatures(column: unknown): Readonly<Record<InspectionFeature, boolean>> {
  const stored = featuresColumn.parse(column)
  const entries = inspectionFeatures.map((feature) => [feature, stored[feature] ?? true])
  return Object.fromEntries(entries)
}

/** By what each inspection judges a cluster: null for one whose feature is off. Never throws, whatever is stored. */
export function makeSettingsOf({ features, cluster, team }: StoredSettings): SettingsOf {
  const isOn = readFeatures(features)
  const ofCluster = readSettings(cluster)
  const ofTeam = readSettings(team)
  return (inspection) =>
    isOn[inspection.feature] ? effectiveSettings(inspection, ofTeam[inspection.id], ofCluster[inspection.id]) : null
}

/**
 * What holds for an inspection, every setting named: its defaults, then the team's, then the cluster's. Each was valid when it
 * was set; where they are not together (the team has changed its own since), a setting that breaks the order is left out, the
 * cluster's first.
 */
export function effectiveSettings(inspection: Inspection, team: Settings = {}, cluster: Settings = {}): Settings {
  return accept(inspection, { ...team, ...cluster }) ?? withValid(inspection, withValid(inspection, {}, team), cluster)
}

/** What holds with those of `more` that fit to what holds without them: all, or as many as do. */
function withValid(inspection: Inspection, base: Settings, more: Settings): Settings {
  const all = accept(inspection, { ...base, ...more })
  if (all) return all
  let held = accept(inspection, base) ?? {}
  for (const [name, value] of Object.entries(more)) held = accept(inspection, { ...held, [name]: value }) ?? held
  return held
}

function accept({ settings }: Inspection, given: Settings): Settings | undefined {
  const parsed = settings.safeParse(given)
  return parsed.success ? (parsed.data as Settings) : undefined
}
