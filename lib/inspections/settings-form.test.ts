import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { inspectionIds, settingsFormView, settingUnits, thresholdSources } from '#lib/contracts/inspections.ts'
import { inspections } from './index.ts'
import { settingsFormOf } from './settings-form.ts'

const threshold = z.looseObject({
  type: z.literal('integer'),
  default: z.number(),
  minimum: z.number(),
  maximum: z.number(),
  unit: z.enum(settingUnits),
  source: z.enum(thresholdSources),
})

describe('the registry', () => {
  it('holds the inspections of the contract, sorted by id', () => {
    expect(inspections.map(({ id }) => id)).toEqual([...inspectionIds])
    expect([...inspectionIds].toSorted()).toEqual([...inspectionIds])
  })

  it('knows each code once', () => {
    const codes = inspections.flatMap((one) => Object.keys(one.codes))
    expect(new Set(codes).size).toBe(codes.length)
  })
})

it.each(inspections)(
  'the settings of $id make a form in which each threshold has a unit and a source',
  (inspection) => {
    const form = settingsFormView.parse(settingsFormOf(inspection))
    const { properties, required } = z
      .object({ properties: z.record(z.string(), threshold), required: z.array(z.string()).optional() })
      .parse(form.schema)
    expect(Object.keys(properties)).toEqual(Object.keys(inspection.settings.shape))
    expect(required).toBeUndefined()
    const defaults = Object.fromEntries(Object.entries(properties).map(([name, { default: value }]) => [name, value]))
    expect(inspection.settings.parse({})).toEqual(defaults)
  },
)
