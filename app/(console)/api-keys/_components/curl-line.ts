import type { Permission } from '#lib/contracts/roles.ts'

/** A read that needs exactly this scope, the most telling first. */
const readsByScope: readonly (readonly [Permission, string])[] = [
  ['clusters:read', '/clusters'],
  ['team:read', '/team'],
  ['members:read', '/members'],
  ['usage:read', '/usage'],
  ['audit:read', '/audit-events'],
  ['api-keys:read', '/api-keys'],
  ['invitations:read', '/invitations'],
]

/** Open to everybody, so it works with every key. */
const openRead = '/openapi.json'

/** A command that works with this very key: it reads something the key may read. */
export function curlLine(
  origin: string,
  { secret, scopes }: { secret: string; scopes: readonly Permission[] },
): string {
  const path = readsByScope.find(([scope]) => scopes.includes(scope))?.[1] ?? openRead
  return `curl -sS -H 'Authorization: Bearer ${secret}' ${origin}/api/v1${path}`
}
