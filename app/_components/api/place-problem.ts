import { ApiProblem } from './problem.ts'

/** The field a refusal is about, and what to say under it; default is the sentence of the error table. */
interface ProblemPlace {
  path: string
  message?: string
}

/**
 * Runs a request and puts a refusal that is about one field on that field: `places` names it for each code of the error
 * table. Everything else is thrown on as it is.
 */
export async function placeProblem<Answer>(
  places: Record<string, ProblemPlace>,
  request: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await request()
  } catch (error) {
    const place = error instanceof ApiProblem ? places[error.code] : undefined
    if (!(place && error instanceof ApiProblem)) throw error
    const { status, code, detail, requestId, retryAfterSeconds } = error
    const errors = [{ path: place.path, code, message: place.message ?? detail }]
    throw new ApiProblem({ status, code, detail, errors, requestId, retryAfterSeconds }, error)
  }
}
