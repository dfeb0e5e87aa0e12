import fc from 'fast-check'
import { expect, test } from 'vitest'
import { permissions } from '#lib/contracts/roles.ts'
import { groupByArea, offeredScopes, readOnly } from './scope-groups.ts'

const held = fc.subarray([...permissions])

test('offers nothing the person does not hold', () => {
  fc.assert(
    fc.property(held, (own) => {
      for (const scope of offeredScopes(own)) expect(own).toContain(scope)
    }),
  )
})

test('offers no scope that only a person can use', () => {
  const offered = offeredScopes(permissions)
  expect(offered).not.toContain('team:delete')
  expect(offered).not.toContain('team:export')
  expect(offered).not.toContain('members:reset')
  expect(offered).toContain('clusters:write')
})

test('calls read-only what changes nothing', () => {
  expect(readOnly(['clusters:read', 'clusters:write', 'audit:read'])).toEqual(['clusters:read', 'audit:read'])
})

test('puts every scope into exactly one group', () => {
  fc.assert(
    fc.property(held, (scopes) => {
      const groups = groupByArea(scopes)
      expect(groups.flatMap(([, inGroup]) => inGroup).toSorted()).toEqual([...scopes].toSorted())
      for (const [area, inGroup] of groups) for (const scope of inGroup) expect(scope.startsWith(`${area}:`)).toBe(true)
    }),
  )
})
