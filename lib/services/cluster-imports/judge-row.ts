import type { Diagnosis, DiagnosisAccess } from '#lib/clusters/diagnosis/diagnose.ts'
import type { RowProblem, RowState } from '#lib/contracts/cluster-imports.ts'
import type { ImportCluster } from '#lib/contracts/clusters.ts'
import { importClusterBody } from '#lib/contracts/clusters.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { AppError } from '#lib/errors.ts'
import { toAppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { changedAccess } from '#lib/services/clusters/access-change.ts'
import { checkAccess } from '#lib/services/clusters/check-access.ts'
import { checkTlsMaterial } from '#lib/services/clusters/check-tls-material.ts'
import { accessOfCluster, accessOfInput } from '#lib/services/clusters/diagnosis-access.ts'
import { changeSaidBy } from './row-change.ts'

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
 * @throws only what ended the look from outside: the signal's reason, `dependency-unavailable`
 */
export async function judgeRow(
  input: Record<string, unknown>,
  look: { tenantId: string; signal: AbortSignal },
): Promise<Judgement> {
  try {
    const body = parseInput(importClusterBody, input, 'body')
    checkTlsMaterial(body)
    const access = await accessOfRow(look.tenantId, input, body)
    const first = await checkAccess(access, look)
    // Beside many others a look may come too late through no fault of the cluster.
    const diagnosis = wasTooSlow(first) ? await checkAccess(access, look) : first
    return { ...verdictOf(diagnosis), found: { body, diagnosis } }
  } catch (error) {
    look.signal.throwIfAborted()
    const failure = toAppError(error)
    // The database being away is no fault of the row: the job waits and goes on.
    if (failure.code === 'dependency-unavailable') throw failure
    return { state: 'refused', problems: problemsOf(failure) }
  }
}

/** A cluster of that name that is there already is looked at as it would be after the import: with its own passwords where the row has none. */
async function accessOfRow(
  tenantId: string,
  input: Record<string, unknown>,
  body: ImportCluster,
): Promise<DiagnosisAccess> {
  const known = await withTenant(tenantId, (db) =>
    db.cluster.findUnique({ where: { tenantId_name: { tenantId, name: body.name } }, select: { id: true } }),
  )
  if (!known) return accessOfInput(body)
  const { access } = await accessOfCluster(tenantId, known.id)
  return changedAccess(access, changeSaidBy(input, body))
}

const slowCodes = new Set<string>(['connection-timed-out', 'tls-timed-out', 'etcd-timed-out', 'auth-failed'])

function wasTooSlow({ view }: Diagnosis): boolean {
  return !view.isUsable && view.stages.every(({ verdict, code }) => verdict !== 'fail' || slowCodes.has(code))
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
