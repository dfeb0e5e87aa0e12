import { z } from 'zod'
import { pageEnd } from '#lib/contracts/paging.ts'
import type { RequestContext } from '#lib/tenancy/context.ts'
import type { ResponseShape, StreamedBody } from './definition.ts'

const pageOf = (item: z.ZodType) => pageEnd.extend({ items: z.array(item) })

/** The body of an answer: only what the schema names leaves the house. Throws a plain error when the result does not fit. */
export function serialise(shape: ResponseShape, result: unknown): string {
  if ('schema' in shape) return JSON.stringify({ data: shape.schema.parse(result) })
  if ('page' in shape) {
    const { items, ...end } = pageOf(shape.page).parse(result)
    return JSON.stringify({ data: items, ...end })
  }
  throw new Error('A streamed answer has no single body')
}

/** The response to a call that went well. */
export function answer(shape: ResponseShape, result: unknown, { requestId }: RequestContext): Response {
  const common = { 'cache-control': 'no-store', 'x-request-id': requestId }
  if ('stream' in shape) return streamed(shape.stream, result as StreamedBody, common)
  return jsonResponse(shape.status, serialise(shape, result), common)
}

/** A JSON body that is not to be kept by any cache. */
export function jsonResponse(status: number, body: string, headers: Record<string, string> = {}): Response {
  return new Response(body, {
    status,
    headers: { 'cache-control': 'no-store', ...headers, 'content-type': 'application/json' },
  })
}

function streamed(mediaType: string, { body, fileName }: StreamedBody, common: Record<string, string>): Response {
  return new Response(body, {
    headers: {
      ...common,
      'content-type': mediaType,
      // Proxies must neither hold back nor rewrite what is sent piece by piece.
      'cache-control': 'no-cache, no-store, no-transform',
      'x-accel-buffering': 'no',
      ...(fileName ? { 'content-disposition': `attachment; filename="${fileName.replace(/[^\w.-]/g, '_')}"` } : {}),
    },
  })
}
