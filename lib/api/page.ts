import type { Permission } from '#lib/contracts/roles.ts'
import { AppError } from '#lib/errors.ts'
import { logFailure, withLogContext } from '#lib/log.ts'
import type { SelfContext, TenantContext } from '#lib/tenancy/context.ts'
import { identify } from '#lib/tenancy/identify.ts'
import { requestContext } from './request-context.ts'

/** Whoever opened a page, or why they cannot see it. */
export type Visitor<Context> =
  | { kind: 'allowed'; ctx: Context; self: SelfContext }
  | { kind: 'anonymous' }
  | { kind: 'no-team'; self: SelfContext }
  | { kind: 'forbidden'; self: SelfContext }

/** The session behind a page's request, if it has a living one. Headers are the page's own (`await headers()`). */
export async function findVisitor(headers: Headers): Promise<SelfContext | undefined> {
  const context = requestContext(new Request('http://page.invalid/', { headers: withoutBody(headers) }))
  try {
    const identity = await withLogContext({ requestId: context.requestId }, () => identify(headers, context))
    return identity.kind === 'session' ? identity.self : undefined
  } catch (error) {
    if (error instanceof AppError && error.status === 401) return undefined
    logFailure(error)
    throw error
  }
}

/** Lets a page be seen by those who hold `permission` in their team; the same judgement as the API's, in the same words. */
export async function visitTeamPage(headers: Headers, permission: Permission): Promise<Visitor<TenantContext>> {
  const self = await findVisitor(headers)
  if (!self) return { kind: 'anonymous' }
  if (!self.tenant) return { kind: 'no-team', self }
  return self.tenant.permissions.has(permission)
    ? { kind: 'allowed', ctx: self.tenant, self }
    : { kind: 'forbidden', self }
}

function withoutBody(headers: Headers): Headers {
  const copy = new Headers(headers)
  copy.delete('content-length')
  copy.delete('transfer-encoding')
  return copy
}
