import type { Permission } from '#lib/contracts/roles.ts'
import { permissions } from '#lib/contracts/roles.ts'

/** These ask for a fresh sign-in each time, or for a person at all, so a key that holds them can do no more than one without. */
const forPersonsOnly: ReadonlySet<Permission> = new Set(['members:reset', 'team:export', 'team:delete'])

/** What a key of somebody with these permissions can hold, in the order of the contract. */
export function offeredScopes(held: readonly Permission[]): Permission[] {
  return permissions.filter((permission) => held.includes(permission) && !forPersonsOnly.has(permission))
}

/** Only what changes nothing. */
export function readOnly(scopes: readonly Permission[]): Permission[] {
  return scopes.filter((scope) => scope.endsWith(':read'))
}

type AreaOf<P> = P extends `${infer Area}:${string}` ? Area : never
export type ScopeArea = AreaOf<Permission>

/** Scopes by the area they open, areas in the order in which they first appear. */
export function groupByArea(scopes: readonly Permission[]): [ScopeArea, Permission[]][] {
  return [...Map.groupBy(scopes, areaOf)]
}

function areaOf(scope: Permission): ScopeArea {
  return scope.slice(0, scope.indexOf(':')) as ScopeArea
}
