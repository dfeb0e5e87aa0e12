import { z } from 'zod'
import type { SettingsFormView } from '#lib/contracts/inspections.ts'
import type { Inspection } from './inspection.ts'

/** What a form for the settings of an inspection is made from: JSON Schema, each property with its default, unit and source. */
export function settingsFormOf({ id, feature, settings }: Inspection): SettingsFormView {
  const schema = z.record(z.string(), z.json()).parse(z.toJSONSchema(settings, { io: 'input' }))
  return { inspection: id, feature, schema }
}
