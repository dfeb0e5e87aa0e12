import { expect, test } from 'vitest'
import { isNearLimit } from './near-limit.ts'

test.each([
  [{ used: 19, limit: 25, unit: 'count' }, false],
  [{ used: 20, limit: 25, unit: 'count' }, true],
  [{ used: 25, limit: 25, unit: 'count' }, true],
  [{ used: 30, limit: 25, unit: 'count' }, true],
  [{ used: null, limit: 25, unit: 'count' }, false],
  [{ used: 100, limit: 100, unit: 'per-second' }, false],
  [{ used: 5, limit: 5, unit: 'at-once' }, false],
] as const)('%j is near its limit: %s', (quota, expected) => {
  expect(isNearLimit({ id: 'x', ...quota })).toBe(expected)
})
