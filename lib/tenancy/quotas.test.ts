import { expect, test } from 'vitest'
import { limitsOf, quotas } from './quotas.ts'

test('a team has the limits of its plan', () => {
  expect(limitsOf('community', {}).members).toBe(quotas.members.limits.community)
  expect(limitsOf('enterprise', {}).members).toBe(quotas.members.limits.enterprise)
})

test('what an operator granted replaces one limit and leaves the others', () => {
  const limits = limitsOf('community', { members: 3 })
  expect(limits.members).toBe(3)
  expect(limits['api-keys']).toBe(quotas['api-keys'].limits.community)
})

test.each([-1, 0, 1.5, '50', null, {}])('a granted limit of %j is passed over, and the others hold', (members) => {
  const limits = limitsOf('business', { members, 'api-keys': 7 })
  expect(limits).toEqual({ ...limitsOf('business', {}), 'api-keys': 7 })
})

test.each([null, 7, 'x', []])('overrides that are %j change nothing', (overrides) => {
  expect(limitsOf('business', overrides)).toEqual(limitsOf('business', {}))
})

test('an unknown plan has the limits of the smallest', () => {
  expect(limitsOf('gold', {})).toEqual(limitsOf('community', {}))
})
