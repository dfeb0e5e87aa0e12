import type { Permission, Role } from '#lib/contracts/roles.ts'
import { roles } from '#lib/contracts/roles.ts'
import { permissionsOf } from '#lib/tenancy/permissions.ts'

/** The roles that hold a permission, least powerful first. */
export function rolesWith(permission: Permission): Role[] {
  return roles.filter((role) => permissionsOf(role).has(permission))
}
