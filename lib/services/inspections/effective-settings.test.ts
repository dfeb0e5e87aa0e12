import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inspections } from '#lib/inspections/index.ts'
import type { Inspection } from '#lib/inspections/inspection.ts'
import type { Settings } from './effective-settings.ts'
import { effectiveSettings, makeSettingsOf } from './effective-settings.ts'

const inspectionOf = (id: string): Inspection => {
  const found = inspections.find((inspection) => inspection.id === id)
  if (!found) throw new Error(`no inspection ${id}`)
  return found
}
const dbSize = inspectionOf('db-size')
const defaults = { infoPercent: 65, warningPercent: 75, criticalPercent: 85 }

describe('what holds for an inspection', () => {
  it.each<[string, { team?: Settings; cluster?: Settings; expected: Settings }]>([
    ['its defaults where nobody set anything', { expected: defaults }],
    ["the team's over the defaults", { team: { warningPercent: 70 }, expected: { ...defaults, warningPercent: 70 } }],
    [
      "the cluster's over the team's, setting by setting",
      {
        team: { warningPercent: 70, infoPercent: 50 },
        cluster: { warningPercent: 80 },
        expected: { infoPercent: 50, warningPercent: 80, criticalPercent: 85 },
      },
    ],
    [
      'settings that are in order only together',
      {
        team: { warningPercent: 90, criticalPercent: 95 },
        expected: { infoPercent: 65, warningPercent: 90, criticalPercent: 95 },
      },
    ],
    [
      "not a cluster's that the team has overtaken since, but its others",
      {
        team: { warningPercent: 90, criticalPercent: 95 },
        cluster: { criticalPercent: 88, infoPercent: 40 },
        expected: { infoPercent: 40, warningPercent: 90, criticalPercent: 95 },
      },
    ],
    [
      "not a team's that is none any more",
      { team: { warningPercent: 'much', infoPercent: 60 }, expected: { ...defaults, infoPercent: 60 } },
    ],
    [
      'nothing that an inspection does not know any more',
      { team: { former: 1 }, cluster: { alsoFormer: 2 }, expected: defaults },
    ],
  ])('is %s', (_, { team, cluster, expected }) => {
    expect(effectiveSettings(dbSize, team, cluster)).toEqual(expected)
  })

  it('can always be judged by, whatever is stored', () => {
    const anything = fc.jsonValue().map((value) => value as unknown)
    const settings = fc.dictionary(
      fc.constantFrom('db-size', 'quorum', 'former'),
      fc.dictionary(fc.constantFrom(...Object.keys(defaults), 'former'), fc.oneof(fc.integer(), fc.string())),
    )
    const column = fc.oneof(anything, settings)
    fc.assert(
      fc.property(anything, column, column, (features, cluster, team) => {
        const settingsOf = makeSettingsOf({ features, cluster, team })
        for (const inspection of inspections) {
          const held = settingsOf(inspection)
          if (held !== null) expect(inspection.settings.parse(held)).toEqual(held)
        }
      }),
    )
  })
})

describe('a feature that is off', () => {
  it('has its inspections judge nothing, and those of no other', () => {
    const settingsOf = makeSettingsOf({ features: { consistency: false }, cluster: {}, team: {} })
    const off = inspections.filter((inspection) => settingsOf(inspection) === null)
    expect(off.length).toBeGreaterThan(0)
    expect(new Set(off.map(({ feature }) => feature))).toEqual(new Set(['consistency']))
  })
})
