import { z } from 'zod'

/** From the least to the most powerful. */
export const roles = ['viewer', 'operator', 'admin', 'owner'] as const
export const role = z.enum(roles, { error: 'role-unknown' })
export type Role = z.infer<typeof role>

/** Everything a route can ask for. An API key holds some of these, a role bundles them (lib/tenancy/permissions.ts). */
export const permissions = [
  'team:read',
  'team:write',
  'team:export',
  'team:delete',
  'members:read',
  'members:write',
  'members:reset',
  'invitations:read',
  'invitations:write',
  'api-keys:read',
  'api-keys:write',
  'audit:read',
  'usage:read',
  'events:read',
  'clusters:read',
  'clusters:write',
  'inspections:write',
  'backups:read',
  'backups:write',
  'backups:download',
  'backups:delete',
  'storage-targets:read',
  'storage-targets:write',
  'jobs:read',
  'jobs:write',
] as const
export const permission = z.enum(permissions, { error: 'permission-unknown' })
export type Permission = z.infer<typeof permission>
