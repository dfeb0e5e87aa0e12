import { AppError } from '#lib/errors.ts'
import { problem } from './problem.ts'
import { localeOf, requestContext } from './request-context.ts'
import type { RouteMethods } from './served-methods.ts'
import { methodsServed, refusedPrefix } from './served-methods.ts'

type Place = { params: Promise<{ unknown: string[] }> }

/**
 * Answers for every address of the API that no route has, with the same 404 as for an id that is not there; and for a method
 * that a route does not have, with 405.
 */
export function unknownRoute(routes: RouteMethods) {
  return async (request: Request, { params }: Place): Promise<Response> => {
    const { requestId } = requestContext(request)
    const surroundings = { requestId, locale: localeOf(request.headers) }
    const path = `/api/v1/${(await params).unknown.join('/')}`
    const served = path.startsWith(refusedPrefix) ? methodsServed(routes, path.slice(refusedPrefix.length)) : undefined
    if (!served) return problem(new AppError('not-found', 'No such route'), surroundings)
    const refusal = problem(new AppError('method-not-allowed', `${request.method} ${path}`), surroundings)
    refusal.headers.set('allow', served.join(', '))
    return refusal
  }
}
