import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Situation } from './connection-pace.ts'
import { nextStep } from './connection-pace.ts'

const calm: Situation = { failures: 0, isUnwatched: false, sinceAttemptMs: 10_000, sincePollMs: 0, random: 0 }

describe('nextStep', () => {
  test.each<[string, Partial<Situation>, string]>([
    ['a stream that ended well is opened again', {}, 'stream'],
    ['a first failure is tried again', { failures: 1 }, 'stream'],
    ['after three failures changes are polled', { failures: 3 }, 'poll'],
    ['while polling a stream is tried once a minute', { failures: 7, sinceAttemptMs: 60_000 }, 'stream'],
    ['a tab nobody looks at polls', { isUnwatched: true }, 'poll'],
  ])('%s', (_guarantee, situation, mode) => {
    expect(nextStep({ ...calm, ...situation }).mode).toBe(mode)
  })

  test('news is never further away than the pause of a poll, unless a stream is being tried', () => {
    const situation = fc.record({
      failures: fc.nat(50),
      isUnwatched: fc.boolean(),
      sinceAttemptMs: fc.nat(200_000),
      sincePollMs: fc.nat(200_000),
      random: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(situation, (given) => {
        const { mode, delayMs } = nextStep(given)
        expect(delayMs).toBeGreaterThanOrEqual(0)
        expect(delayMs).toBeLessThanOrEqual(mode === 'poll' ? 5_000 : 8_000)
      }),
    )
  })

  test('the first poll does not wait', () => {
    expect(nextStep({ ...calm, failures: 3, sincePollMs: 60_000 }).delayMs).toBe(0)
  })

  test('a second failure waits longer than a first one', () => {
    const first = nextStep({ ...calm, failures: 1, random: 1 })
    const second = nextStep({ ...calm, failures: 2, random: 0.01 })
    expect(second.delayMs).toBeGreaterThanOrEqual(first.delayMs)
  })
})
