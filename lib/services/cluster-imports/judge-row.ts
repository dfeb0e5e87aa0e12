import type { Diagnosis } from '#lib/clusters/diagnosis/diagnose.ts'
import type { RowProblem, RowState } from '#lib/contracts/cluster-imports.ts'
import type { ImportCluster } from '#lib/contracts/clusters.ts'
import { importClusterBody } from '#lib/contracts/clusters.ts'
import type { AppError } from '#lib/errors.ts'
import { toAppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { checkAccess } from '#lib/services/clusters/check-access.ts'
import { checkTlsMaterial } from '#lib/services/clusters/check-tls-material.ts'
import { accessOfInput } from '#lib/services/clusters/diagnosis-access.ts'

/** What became of looking at one row. */
export interface Judgement {
  state: Extract<RowState, 'ready' | 'warned' | 'refused'>
  problems: RowProblem[]
  /** Absent where the row was refused before anything was dialled. */
  found?: { body: ImportCluster; diagnosis: Diagnosis }
}

const findingsShownMax = 20

/**
 * Looks at one row as at an import by hand: its fields, its certificates, then the cluster itself. What is wrong with the row
 * is its verdict and never thrown, so that no row stands in the way of another.
 *
 * @throws only what ended the look from outside: the signal's reason
 */
export async function judgeRow(
  input: Record<string, unknown>,
  look: { tenantId: string; signal: AbortSignal },
): Promise<Judgement> {
  try {
    const body = parseInput(importClusterBody, input, 'body')
    checkTlsMaterial(body)
    const diagnosis = await checkAccess(accessOfInput(body), look)
    return { ...verdictOf(diagnosis), found: { body, diagnosis } }
  } catch (error) {
    look.signal.throwIfAborted()
    return { state: 'refused', problems: problemsOf(toAppError(error)) }
  }
}

function verdictOf({ view }: Diagnosis): Pick<Judgement, 'state' | 'problems'> {
  const telling = view.stages.filter(({ verdict }) => verdict === (view.isUsable ? 'warn' : 'fail'))
  const problems = telling
    .slice(0, findingsShownMax)
    .map(({ code, evidence }): RowProblem => ({ kind: 'finding', path: '', code, params: evidence }))
  if (!view.isUsable) return { state: 'refused', problems }
  return { state: problems.length > 0 ? 'warned' : 'ready', problems }
}

interface Issue {
  path: string
  code: string
  params?: RowProblem['params']
}

function problemsOf({ code, details }: AppError): RowProblem[] {
  const issues = Array.isArray(details.issues) ? (details.issues as Issue[]) : []
  if (issues.length === 0) return [{ kind: 'failure', path: '', code, params: {} }]
  return issues.map((issue) => ({ kind: 'field', path: issue.path, code: issue.code, params: issue.params ?? {} }))
}
