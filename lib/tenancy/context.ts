import type { Permission, Role } from '#lib/contracts/roles.ts'
import type { QuotaLimits } from './quotas.ts'

/** What is known of every request before anybody is known. */
export interface RequestContext {
  requestId: string
  ip: string
  userAgent: string
  signal: AbortSignal
  /** What a reader of the live stream saw last (header `Last-Event-ID`), as it was sent. */
  lastEventId?: string
}

export interface Actor {
  kind: 'user' | 'api-key' | 'system'
  id: string
  /** E-mail address of a person, name of a key: kept in the audit log when the row is gone. */
  label: string
}

/** By which door; `command` is the command line of whoever runs the installation. */
export type Via = 'browser' | 'api' | 'worker' | 'public' | 'command'

/** The session behind a browser's request. */
export interface SessionContext {
  id: string
  userId: string
  method: 'password' | 'oidc'
  authAt: Date
}

/** The answer to a repeated request is the first one's: the row is written in the transaction of the work itself. */
export interface Idempotency {
  key: string
  route: string
  bodyHash: string
  status: number
  /** The answer's body, as the route will send it. */
  serialise(result: unknown): string
}

/** Somebody signed in, perhaps without a team. */
export interface SelfContext extends RequestContext {
  actor: Actor
  via: Via
  session: SessionContext
  user: { id: string; email: string; name: string; locale: 'en' | 'zh' }
  /** The team the request speaks for; absent for somebody who belongs to none, or no longer to the one they name. */
  tenant?: TenantContext
}

/** Who sent a request, as far as their credentials show. */
export type Identity =
  | { kind: 'anonymous' }
  | { kind: 'session'; self: SelfContext }
  | { kind: 'api-key'; tenant: TenantContext }

/** Somebody allowed to act in one team. */
export interface TenantContext extends RequestContext {
  tenantId: string
  actor: Actor
  via: Via
  role: Role
  permissions: ReadonlySet<Permission>
  quotas: QuotaLimits
  /** Absent when an API key acts. */
  session?: SessionContext
  idempotency?: Idempotency
}
