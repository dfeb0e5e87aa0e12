import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { AppError } from '#lib/errors.ts'
import { withLogContext } from '#lib/log.ts'
import type { SelfContext } from '#lib/tenancy/context.ts'

/** Runs a page's own work under the request's log context; what a service does not find becomes the not-found page. */
export async function drawPage(self: SelfContext, draw: () => Promise<ReactNode>): Promise<ReactNode> {
  const { requestId, tenant, actor } = self
  const context = { requestId, actor: `${actor.kind}:${actor.id}`, ...(tenant ? { tenantId: tenant.tenantId } : {}) }
  try {
    return await withLogContext(context, draw)
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') notFound()
    throw error
  }
}
