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
  'inspections:write': 'admin',
  'backups:read': 'viewer',
  'backups:write': 'operator',
  'backups:download': 'admin',
  'backups:delete': 'admin',
  'storage-targets:read': 'viewer',
  'storage-targets:write': 'admin',
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

/** What is left of a team that is being deleted: its owner sees it, takes its data along, or takes the deletion back. */
const whileClosing: ReadonlySet<Permission> = new Set(['team:read', 'team:export', 'team:delete'])

/** Everything a member may do, by their role and by whether the team is being deleted. */
export function permissionsOfMember(role: Role, closingAt: Date | null): ReadonlySet<Permission> {
  const held = permissionsOf(role)
  return closingAt === null ? held : held.intersection(whileClosing)
}

/** Everything an API key may do: its scopes, as far as the role of its creator reaches today. */
export function permissionsOfKey(creatorRole: Role, scopes: readonly string[]): ReadonlySet<Permission> {
  return new Set([...permissionsOf(creatorRole)].filter((permission) => scopes.includes(permission)))
}

/** Whether somebody with `role` may make a member a `wanted`, or change one who is: nobody hands out more than they hold. */
export function mayGrant(role: Role, wanted: Role): boolean {
  return permissionsOf(role).has('members:write') && isAtLeast(role, wanted)
}
