import { ApiProblem } from '#app/_components/api/problem.ts'
import type { DiagnosisView } from '#lib/contracts/diagnosis.ts'
import { diagnosisView } from '#lib/contracts/diagnosis.ts'

/** The diagnosis a refusal brought along, if it did: what stood in the way of a cluster. */
export function diagnosisOf(error: unknown): DiagnosisView | undefined {
  if (!(error instanceof ApiProblem)) return undefined
  return diagnosisView.safeParse(error.extras.diagnosis).data
}
