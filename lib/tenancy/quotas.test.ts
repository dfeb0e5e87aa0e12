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

test('a granted limit that is no whole positive number is our own bug, said aloud', () => {
  expect(() => limitsOf('community', { members: -1 })).toThrow()
})
