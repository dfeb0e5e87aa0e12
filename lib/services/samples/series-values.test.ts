import { describe, expect, it } from 'vitest'
import type { Step } from './series-values.ts'
import { valuesOf } from './series-values.ts'

/** A step seen at that second with that revision. */
function step(second: number, revision: bigint, samples = 1): Step {
  return {
    samples,
    seenAtMs: second * 1_000,
    dbSizeBytes: second,
    dbInUseBytes: second,
    revision,
    raftLag: 0,
    latencyMs: 1.23456,
  }
}

describe('the revision rate', () => {
  it('is the difference to the step before, by the time between the two looks', () => {
    const { revisionRate } = valuesOf([step(0, 100n), step(60, 220n), step(180, 221n)], false)
    expect(revisionRate).toEqual([2, 0.008])
  })

  it('is unknown after a gap, and at the first step of all', () => {
    const steps = [undefined, step(60, 1n), step(120, 61n), undefined, step(240, 100n), step(300, 160n)]
    expect(valuesOf(steps, false).revisionRate).toEqual([null, 1, null, null, 1])
  })

  it('is unknown, and never less than 0, where the revision went down', () => {
    expect(valuesOf([step(0, 1_000n), step(60, 10n), step(120, 70n)], false).revisionRate).toEqual([null, 1])
  })

  it('holds for revisions that no double can tell apart', () => {
    const most = 2n ** 62n
    expect(valuesOf([step(0, most), step(10, most + 5n)], false).revisionRate).toEqual([0.5])
  })
})

describe('a step without a look', () => {
  it('takes what its neighbour has twice, where one look each is expected', () => {
    const steps = [step(0, 0n), step(60, 60n), undefined, step(180, 180n, 2)]
    expect(valuesOf(steps, true)).toMatchObject({ dbSizeBytes: [60, 180, 180], revisionRate: [1, 1, 1] })
  })

  it('takes it from the step before too, and from no neighbour more than once', () => {
    const steps = [step(0, 0n), step(60, 60n, 2), undefined, undefined, step(240, 240n)]
    expect(valuesOf(steps, true).dbSizeBytes).toEqual([60, 60, null, 240])
  })

  it('is a gap where many looks are expected', () => {
    expect(valuesOf([step(0, 0n, 5), undefined, step(600, 0n, 5)], false).dbSizeBytes).toEqual([null, 600])
  })
})

it('latencies have two digits', () => {
  expect(valuesOf([undefined, step(0, 0n)], false).latencyMs).toEqual([1.23])
})
