import type { ApiKeyView, apiKeyStates } from '#lib/contracts/api-keys.ts'
import { permissions } from '#lib/contracts/roles.ts'

type ApiKeyState = (typeof apiKeyStates)[number]

interface ApiKeyRow {
  id: string
  name: string
  prefix: string
  scopes: string[]
  createdByEmail: string
  createdAt: Date
  expiresAt: Date
  lastUsedAt: Date | null
  lastUsedIp: string | null
  revokedAt: Date | null
}

/** Rows in one state at `now`. */
export function inState(state: ApiKeyState, now: Date) {
  switch (state) {
    case 'revoked':
      return { revokedAt: { not: null } }
    case 'expired':
      return { revokedAt: null, expiresAt: { lte: now } }
    case 'active':
      return { revokedAt: null, expiresAt: { gt: now } }
  }
}

function stateOf({ revokedAt, expiresAt }: ApiKeyRow, now: Date): ApiKeyState {
  if (revokedAt) return 'revoked'
  return expiresAt > now ? 'active' : 'expired'
}

/** What admins see of a key; a scope that no longer exists opens nothing and is not shown. */
export function showApiKey(row: ApiKeyRow): ApiKeyView {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: permissions.filter((permission) => row.scopes.includes(permission)),
    state: stateOf(row, new Date()),
    createdBy: row.createdByEmail,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    lastUsedIp: row.lastUsedIp,
  }
}
