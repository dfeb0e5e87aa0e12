import type { Permission } from '#lib/contracts/roles.ts'
import { AppError } from '#lib/errors.ts'
import type { Identity, RequestContext, SelfContext, TenantContext } from '#lib/tenancy/context.ts'
import { stepUpMaxAgeMs } from '#lib/tenancy/step-up.ts'
import type { AnyDefinition } from './definition.ts'

interface Allowed {
  /** What the handler gets: built for the definition's access. */
  ctx: RequestContext | SelfContext | TenantContext
  /** Set when somebody acts in a team. */
  tenant?: TenantContext
}

/** Decides whether `identity` may call, or throws why not. */
export function authorize(definition: AnyDefinition, identity: Identity, context: RequestContext): Allowed {
  const { access } = definition
  if (access === 'public') return { ctx: context }
  if (identity.kind === 'anonymous') throw new AppError('not-authenticated', 'No session and no API key')
  if (access === 'self') {
    if (identity.kind === 'api-key') throw new AppError('person-required', 'An API key has no account of its own')
    if (definition.stepUp) checkFreshness(identity.self.session.authAt)
    return { ctx: identity.self }
  }
  const tenant = actingIn(identity)
  checkPermission(tenant, access)
  if (definition.stepUp) checkPerson(tenant)
  return { ctx: tenant, tenant }
}

/**
 * For a part of an operation that does what another one asks more for: the permission, and a person who has just signed in.
 *
 * @throws AppError `permission-denied`, `person-required`, `step-up-required`
 */
export function demandAlso(tenant: TenantContext, permission: Permission): void {
  checkPermission(tenant, permission)
  checkPerson(tenant)
}

function checkPerson({ session }: TenantContext): void {
  if (!session) throw new AppError('person-required', 'An API key cannot prove that a person is there')
  checkFreshness(session.authAt)
}

function actingIn(identity: Exclude<Identity, { kind: 'anonymous' }>): TenantContext {
  const tenant = identity.kind === 'session' ? identity.self.tenant : identity.tenant
  if (!tenant) throw new AppError('no-team', 'The session belongs to no team, or no longer to this one')
  return tenant
}

function checkPermission(tenant: TenantContext, permission: Permission): void {
  if (tenant.permissions.has(permission)) return
  throw new AppError('permission-denied', `Missing ${permission}`, { details: { permission, role: tenant.role } })
}

function checkFreshness(authAt: Date): void {
  if (Date.now() - authAt.getTime() <= stepUpMaxAgeMs) return
  throw new AppError('step-up-required', 'The last proof of identity is too old', {
    details: { maxAgeSeconds: stepUpMaxAgeMs / 1000 },
  })
}
