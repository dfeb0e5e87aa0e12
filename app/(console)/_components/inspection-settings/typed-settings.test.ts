import { describe, expect, test } from 'vitest'
import { faultsIn } from '#app/_components/ui/form-resolver.ts'
import type { SettingsFormView } from '#lib/contracts/inspections.ts'
import { changeOf, fieldsOf, typedOf, typedSchemaOf } from './typed-settings.ts'

const percent = { type: 'integer', minimum: 1, maximum: 100, unit: 'percent', source: 'openshift' }
const dbSize: SettingsFormView = {
  inspection: 'db-size',
  feature: 'healthy',
  schema: {
    type: 'object',
    properties: { warningPercent: { ...percent, default: 75 }, criticalPercent: { ...percent, default: 85 } },
  },
}
const alarms: SettingsFormView = { inspection: 'alarms', feature: 'alarm', schema: { type: 'object', properties: {} } }
const forms = [alarms, dbSize]

describe('a form made from a schema', () => {
  test('has a field for each setting, with default, bounds, unit and source', () => {
    expect(fieldsOf(dbSize)).toEqual([
      { name: 'warningPercent', byDefault: 75, minimum: 1, maximum: 100, unit: 'percent', source: 'openshift' },
      { name: 'criticalPercent', byDefault: 85, minimum: 1, maximum: 100, unit: 'percent', source: 'openshift' },
    ])
    expect(fieldsOf(alarms)).toEqual([])
  })

  test('shows what is set here, and leaves the rest empty', () => {
    expect(typedOf({ forms, own: { 'db-size': { warningPercent: 70 } } })).toEqual({
      settings: { alarms: {}, 'db-size': { warningPercent: 70, criticalPercent: undefined } },
    })
  })

  test('refuses what the server would refuse, at the field', () => {
    const typed = { settings: { alarms: {}, 'db-size': { warningPercent: 101, criticalPercent: 0.5 } } }
    expect(faultsIn(typedSchemaOf(forms), typed).map(({ path, code }) => `${path} ${code}`)).toEqual([
      'settings.db-size.warningPercent too-large',
      'settings.db-size.criticalPercent wrong-type',
    ])
  })
})

describe('what is sent', () => {
  const own = { 'db-size': { warningPercent: 70 } }

  test.each([
    ['nothing, where nothing differs', { warningPercent: 70 }, {}],
    [
      'the whole inspection that differs',
      { warningPercent: 70, criticalPercent: 90 },
      { 'db-size': { warningPercent: 70, criticalPercent: 90 } },
    ],
    ['null, once nothing of it is set here', { warningPercent: undefined }, { 'db-size': null }],
  ])('is %s', (_what, typed, expected) => {
    expect(changeOf({ forms, own }, { settings: { alarms: {}, 'db-size': typed } })).toEqual(expected)
  })
})
