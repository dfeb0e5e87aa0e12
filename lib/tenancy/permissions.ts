import type { Permission, Role } from '#lib/contracts/roles.ts'
import { roles } from '#lib/contracts/roles.ts'

/** The least powerful role that holds each permission; every more powerful role holds it too. */
const leastRole = {
  'team:read': 'viewer',
  'members:read': 'viewer',
  'usage:read': 'viewer',
  'events:read': 'viewer',
  'clusters:read': 'viewer',
  'clusters:write': 'operator',
  'jobs:read': 'viewer',
  'jobs:write': 'operator',
  'invitations:read': 'admin',
  'invitations:write': 'admin',
  'members:write': 'admin',
  'api-keys:read': 'admin',
  'api-keys:write': 'admin',
  'audit:read': 'admin',
  'team:write': 'admin',
  'members:reset': 'owner',
  'team:export': 'owner',
  'team:delete': 'owner',
} as const satisfies Record<Permission, Role>

/** Whether `role` is at least as powerful as `other`. */
export function isAtLeast(role: Role, other: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(other)
}

/** Everything `role` may do. */
export function permissionsOf(role: Role): ReadonlySet<Permission> {
  const held = Object.entries(leastRole).filter(([, least]) => isAtLeast(role, least))
  return new Set(held.map(([permission]) => permission as Permission))
}

/** Whether somebody with `role` may make a member a `wanted`, or change one who is: nobody hands out more than they hold. */
export function mayGrant(role: Role, wanted: Role): boolean {
  return permissionsOf(role).has('members:write') && isAtLeast(role, wanted)
}
