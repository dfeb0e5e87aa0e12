import { z } from 'zod'
import type { InspectionId } from '#lib/contracts/inspections.ts'
import type { ChangeTeamInspections } from '#lib/contracts/watch.ts'
import { inspections } from '#lib/inspections/index.ts'
import { parseInput } from '#lib/parse-input.ts'
import type { JsonValue } from '#lib/tenancy/json-value.ts'
import type { Settings, SettingsById } from './effective-settings.ts'
import { effectiveSettings } from './effective-settings.ts'

type SettingsChange = ChangeTeamInspections['settings']

interface Stored {
  /** What is set where the change is made. */
  readonly own: SettingsById
  /** What holds there without any of it, besides the defaults. */
  readonly below: SettingsById
}

/** A setting that no inspection has must not look like one that counts. */
const strictSettings = z.object({
  settings: z.object(Object.fromEntries(inspections.map(({ id, settings }) => [id, settings.strict().optional()]))),
})

/**
 * What is set after a change: replaced inspection by inspection, nothing filled in. It is checked as it will hold, together with
 * what holds without it.
 *
 * @throws AppError `invalid-input` at `settings.<inspection>.<setting>` for a setting that is unknown, out of its bounds, or on
 *   the wrong side of another threshold
 */
export function changedSettings({ own, below }: Stored, change: SettingsChange): SettingsById {
  const given = inspections.flatMap((inspection) => {
    const settings = change[inspection.id]
    return settings ? [{ inspection, settings }] : []
  })
  const held = given.map(({ inspection, settings }) => {
    return [inspection.id, { ...effectiveSettings(inspection, below[inspection.id]), ...settings }]
  })
  parseInput(strictSettings, { settings: Object.fromEntries(held) }, 'body')
  const replaced = new Set(Object.keys(change))
  const kept = Object.entries(own).filter(([id]) => !replaced.has(id))
  const set = given.flatMap(({ inspection: { id }, settings }) => (isEmpty(settings) ? [] : [[id, settings] as const]))
  return Object.fromEntries([...kept, ...set])
}

function isEmpty(settings: Settings): boolean {
  return Object.keys(settings).length === 0
}

/** [before, after] of every setting that changed, for the audit log; null where it is not set. */
export function settingsDiff(before: SettingsById, after: SettingsById): Record<string, JsonValue> {
  const ids = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<InspectionId>
  const changes = [...ids].flatMap((id) => {
    const [was, is] = [before[id] ?? {}, after[id] ?? {}]
    const names = new Set([...Object.keys(was), ...Object.keys(is)])
    return [...names].flatMap((name): [string, JsonValue][] => {
      const pair = [was[name] ?? null, is[name] ?? null]
      return JSON.stringify(pair[0]) === JSON.stringify(pair[1]) ? [] : [[`settings.${id}.${name}`, pair]]
    })
  })
  return Object.fromEntries(changes)
}
