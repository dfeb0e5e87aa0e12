import { ApiProblem } from '#app/_components/api/problem.ts'

/**
 * Runs a request and puts a refusal that is about one field on that field: `fields` names the field for each code of the
 * error table. Everything else is thrown on as it is.
 */
export async function placeProblem<Answer>(
  fields: Record<string, string>,
  request: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await request()
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.detail === '') throw error
    const path = fields[error.code]
    if (path === undefined) throw error
    throw new ApiProblem(
      {
        status: error.status,
        code: error.code,
        detail: error.detail,
        errors: [{ path, code: error.code, message: error.detail }],
        requestId: error.requestId,
        retryAfterSeconds: error.retryAfterSeconds,
      },
      error,
    )
  }
}
