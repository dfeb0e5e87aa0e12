import { describe, expect, test } from 'vitest'
import type { Role } from '#lib/contracts/roles.ts'
import { permissions, roles } from '#lib/contracts/roles.ts'
import { isAtLeast, mayGrant, permissionsOf } from './permissions.ts'

describe('permissionsOf', () => {
  test('a more powerful role may do everything a less powerful one may', () => {
    for (const [index, role] of roles.entries()) {
      const more = permissionsOf(roles[index + 1] ?? role)
      for (const permission of permissionsOf(role)) expect(more).toContain(permission)
    }
  })

  test('an owner may do everything there is', () => {
    expect(permissionsOf('owner')).toEqual(new Set(permissions))
  })

  test('a viewer changes nothing', () => {
    for (const permission of permissionsOf('viewer')) expect(permission).toMatch(/:read$/)
  })

  test.each<[Role, string[]]>([
    ['viewer', ['team:read', 'members:read', 'clusters:read', 'usage:read', 'events:read']],
    ['operator', ['clusters:write', 'jobs:write']],
    [
      'admin',
      ['members:write', 'invitations:write', 'api-keys:write', 'audit:read', 'inspections:write', 'team:write'],
    ],
    ['owner', ['team:delete', 'team:export']],
  ])('%s holds what its row of the table says', (role, held) => {
    expect([...permissionsOf(role)]).toEqual(expect.arrayContaining(held))
    const below = roles[roles.indexOf(role) - 1]
    if (below) for (const permission of held) expect([...permissionsOf(below)]).not.toContain(permission)
  })
})

describe('mayGrant', () => {
  test('nobody hands out more than they hold', () => {
    for (const role of roles) {
      for (const wanted of roles) if (mayGrant(role, wanted)) expect(isAtLeast(role, wanted)).toBe(true)
    }
  })

  test.each<[Role, Role, boolean]>([
    ['owner', 'owner', true],
    ['admin', 'admin', true],
    ['admin', 'owner', false],
    ['operator', 'viewer', false],
    ['viewer', 'viewer', false],
  ])('%s grants %s: %s', (role, wanted, expected) => {
    expect(mayGrant(role, wanted)).toBe(expected)
  })
})
