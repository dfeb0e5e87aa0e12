import { describe, expect, test } from 'vitest'
import { evidenceValues } from '#lib/contracts/evidence.ts'
import {
  inspectionFeatures,
  inspectionIds,
  resolutions,
  settingUnits,
  severities,
  thresholdSources,
  unknownReasons,
} from '#lib/contracts/inspections.ts'
import { locales } from '#lib/i18n/locale.ts'
import { messagesOf, translate } from '#lib/i18n/messages.ts'
import { inspections } from '#lib/inspections/index.ts'
import { argumentsOf } from './messages.ts'

const codes = inspections.flatMap(({ codes: own }) => Object.entries(own))
const names = codes.map(([code]) => code)
const sorted = (list: Iterable<string>) => [...list].toSorted()

describe.each(locales)('the words of inspections in %s', (locale) => {
  const words = messagesOf(locale).inspections

  test('are there for everything there is, and for nothing else', () => {
    const { inspections: described, features, severities: grades, found, why, fix, unknown, sources, units } = words
    expect(sorted(Object.keys(described))).toEqual(sorted(inspectionIds))
    expect(sorted(Object.keys(features))).toEqual(sorted(inspectionFeatures))
    expect(sorted(Object.keys(grades))).toEqual(sorted(severities))
    expect(sorted(Object.keys(unknown))).toEqual(sorted(unknownReasons))
    expect(sorted(Object.keys(sources))).toEqual(sorted(thresholdSources))
    expect(sorted(Object.keys(units))).toEqual(sorted(settingUnits))
    expect(sorted(Object.keys(words.resolutions))).toEqual(sorted(resolutions))
    for (const sentences of [found, why, fix]) expect(sorted(Object.keys(sentences))).toEqual(sorted(names))
  })

  test('name every setting', () => {
    const named = Object.entries(words.settings).flatMap(([id, fields]) =>
      Object.keys(fields).map((field) => `${id}.${field}`),
    )
    const known = inspections.flatMap(({ id, settings }) =>
      Object.keys(settings.shape).map((field) => `${id}.${field}`),
    )
    expect(sorted(named)).toEqual(sorted(known))
  })

  test.each(codes)('for %s ask for nothing the evidence does not hold', (code, { evidence }) => {
    for (const part of ['found', 'why', 'fix']) {
      const text = new Map(Object.entries(messagesAt(locale, part))).get(code) ?? ''
      expect(evidence).toEqual(expect.arrayContaining(askedFor(text)))
    }
  })

  test('for what could not be told ask for members and problem at most', () => {
    for (const text of Object.values(words.unknown)) {
      expect(['members', 'problem']).toEqual(expect.arrayContaining(askedFor(text)))
    }
  })

  test.each(codes)('for %s become sentences, with little known and with much', (code, { evidence }) => {
    for (const value of ['none', 'unknown', 'default', 'client', 'true', 2]) {
      const values = evidenceValues(Object.fromEntries(evidence.map((name) => [name, value])))
      const counted = { ...values, changes: 2, times: 2, days: 0, total: 5, allowed: 3, prefixKeys: 4 }
      for (const part of ['found', 'why', 'fix']) {
        const sentence = translate(locale, `inspections.${part}.${code}`, counted)
        expect(sentence).not.toMatch(/[{}]|inspections\./)
        expect(sentence.trim()).toMatch(/[.。)）]$/)
      }
    }
  })
})

function askedFor(text: string): string[] {
  return argumentsOf(text).map((argument) => argument.replace(/:.*/, ''))
}

function messagesAt(locale: (typeof locales)[number], part: string): Record<string, string> {
  const { found, why, fix } = messagesOf(locale).inspections
  return new Map(Object.entries({ found, why, fix })).get(part) ?? {}
}
