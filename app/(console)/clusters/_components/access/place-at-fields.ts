import { placeProblem } from '#app/_components/api/place-problem.ts'
import { ApiProblem } from '#app/_components/api/problem.ts'
import { formPath } from './text-form.ts'

/**
 * Runs a request of a form over texts: faults in parts of a list are told at the field the list was typed in, and so are
 * refusals `places` names a field for.
 */
export async function placeAtFields<Answer>(
  request: () => Promise<Answer>,
  places: Parameters<typeof placeProblem>[0] = {},
): Promise<Answer> {
  return await placeProblem(places, async () => {
    try {
      return await request()
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.errors.length === 0) throw error
      const { status, code, detail, requestId, retryAfterSeconds, extras } = error
      const errors = error.errors.map((fault) => ({ ...fault, path: formPath(fault.path) }))
      throw new ApiProblem({ status, code, detail, errors, requestId, retryAfterSeconds, extras }, error)
    }
  })
}
