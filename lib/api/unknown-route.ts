import { AppError } from '#lib/errors.ts'
import { problem } from './problem.ts'
import { localeOf, requestContext } from './request-context.ts'

/** Answers for every address of the API that no route has: the same 404 as for an id that is not there. */
export async function unknownRoute(request: Request): Promise<Response> {
  const { requestId } = requestContext(request)
  return problem(new AppError('not-found', 'No such route'), { requestId, locale: localeOf(request.headers) })
}
