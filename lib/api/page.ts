import { AppError } from '#lib/errors.ts'
import { logFailure, withLogContext } from '#lib/log.ts'
import type { SelfContext } from '#lib/tenancy/context.ts'
import { identifySender } from './identify-sender.ts'
import { limitPages } from './rate-limit.ts'
import { requestContext } from './request-context.ts'

/** The session behind a page's request, if it has a living one. Headers are the page's own (`await headers()`). */
export async function findVisitor(headers: Headers): Promise<SelfContext | undefined> {
  const context = requestContext(new Request('http://page.invalid/', { headers: withoutBody(headers) }))
  try {
    const identity = await withLogContext({ requestId: context.requestId }, () => identifySender(headers, context))
    if (identity.kind !== 'session') return undefined
    if (identity.self.tenant) await limitPages(identity.self.tenant)
    return identity.self
  } catch (error) {
    if (error instanceof AppError && error.status === 401) return undefined
    logFailure(error)
    throw error
  }
}

function withoutBody(headers: Headers): Headers {
  const copy = new Headers(headers)
  copy.delete('content-length')
  copy.delete('transfer-encoding')
  return copy
}
