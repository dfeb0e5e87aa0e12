import { z } from 'zod'
import type { SettingsFormView } from '#lib/contracts/inspections.ts'
import { inspectionIds, settingUnits, thresholdSources } from '#lib/contracts/inspections.ts'
import type { InspectionSettingsView } from '#lib/contracts/watch.ts'

/** One threshold of an inspection, as its JSON Schema describes it. */
export interface SettingField {
  name: string
  byDefault: number
  minimum: number
  maximum: number
  unit: (typeof settingUnits)[number]
  source: (typeof thresholdSources)[number]
}

const property = z.object({
  type: z.literal('integer'),
  default: z.int(),
  minimum: z.int(),
  maximum: z.int(),
  unit: z.enum(settingUnits),
  source: z.enum(thresholdSources),
})
const described = z.object({ properties: z.record(z.string(), property) })

/** The fields of a form, in the order of its schema. */
export function fieldsOf({ schema }: Pick<SettingsFormView, 'schema'>): SettingField[] {
  const { properties } = described.parse(schema)
  return Object.entries(properties).map(([name, { default: byDefault, minimum, maximum, unit, source }]) => {
    return { name, byDefault, minimum, maximum, unit, source }
  })
}

/** What is typed, by inspection and setting; a field left empty is not set here. */
export interface TypedSettings {
  settings: Record<string, Record<string, number | undefined>>
}

/** What is set, as the fields of the form show it. */
export function typedOf({ forms, own }: Pick<InspectionSettingsView, 'forms' | 'own'>): TypedSettings {
  const settings = forms.map((form) => {
    const set = own[form.inspection] ?? {}
    const values = fieldsOf(form).map(({ name }) => [name, numberIn(set[name])] as const)
    return [form.inspection, Object.fromEntries(values)] as const
  })
  return { settings: Object.fromEntries(settings) }
}

/** A setting that is stored, where it is one. */
export function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** What a form may send: whole numbers within their bounds, or nothing. */
export function typedSchemaOf(forms: InspectionSettingsView['forms']): z.ZodType<TypedSettings, TypedSettings> {
  const ofField = ({ name, minimum, maximum }: SettingField) =>
    [name, z.int().min(minimum).max(maximum).optional()] as const
  const ofForm = (form: SettingsFormView) =>
    [form.inspection, z.object(Object.fromEntries(fieldsOf(form).map(ofField)))] as const
  return z.object({ settings: z.object(Object.fromEntries(forms.map(ofForm))) })
}

/** What has to be sent: inspections whose settings differ, whole; null where nothing of one is set any more. */
export function changeOf({ forms, own }: Pick<InspectionSettingsView, 'forms' | 'own'>, { settings }: TypedSettings) {
  const before = typedOf({ forms, own }).settings
  const changed = inspectionIds.flatMap((id) => {
    const set = setIn(settings[id])
    if (JSON.stringify(set) === JSON.stringify(setIn(before[id]))) return []
    return [[id, Object.keys(set).length === 0 ? null : set] as const]
  })
  return Object.fromEntries(changed)
}

function setIn(values: Record<string, number | undefined> = {}): Record<string, number> {
  const given = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  return Object.fromEntries(given)
}
