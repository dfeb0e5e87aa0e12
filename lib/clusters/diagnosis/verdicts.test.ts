import { expect, it } from 'vitest'
import { findingCodes } from '#lib/contracts/diagnosis.ts'
import en from '#lib/i18n/messages/en/diagnosis.json' with { type: 'json' }
import { verdictOf, worstVerdict } from './verdicts.ts'

it('every finding has a sentence that says what it means, and there is no other', () => {
  expect(Object.keys(en.found).sort()).toEqual([...findingCodes].sort())
})

it('every finding that did not pass says how to mend it', () => {
  const unmended = findingCodes.filter((code) => verdictOf[code] !== 'pass')
  expect(Object.keys(en.fix).sort()).toEqual(unmended.sort())
})

it.each([
  [['pass', 'warn', 'pass'], 'warn'],
  [['pass', 'unknown', 'warn'], 'unknown'],
  [['unknown', 'fail'], 'fail'],
  [['pass'], 'pass'],
  [[], 'unknown'],
] as const)('of %j the worst is %s', (verdicts, worst) => {
  expect(worstVerdict(verdicts)).toBe(worst)
})
