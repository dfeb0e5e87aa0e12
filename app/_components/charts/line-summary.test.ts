import { describe, expect, test } from 'vitest'
import { lonelyPlaces, summarise } from './line-summary.ts'

describe('what is said of a line', () => {
  test('is its lowest, highest and last value, past its gaps', () => {
    expect(summarise([null, 3, 1, null, 7, 2, null])).toEqual({ lowest: 1, highest: 7, last: 2 })
  })

  test('is nothing where nothing was seen', () => {
    expect(summarise([null, null])).toBeUndefined()
    expect(summarise([])).toBeUndefined()
  })
})

test('a value between two gaps is lonely, and so is one at an end beside a gap', () => {
  expect([...lonelyPlaces([1, null, 2, 3, null, 4, null, null, 5])]).toEqual([0, 5, 8])
})
