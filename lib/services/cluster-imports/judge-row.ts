import { setTimeout as delay } from 'node:timers/promises'
import type { Diagnosis, DiagnosisAccess } from '#lib/clusters/diagnosis/diagnose.ts'
import type { RowProblem, RowState } from '#lib/contracts/cluster-imports.ts'
import type { ImportCluster } from '#lib/contracts/clusters.ts'
import { importClusterBody } from '#lib/contracts/clusters.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError, toAppError } from '#lib/errors.ts'
import { logFailure } from '#lib/log.ts'
import { parseInput } from '#lib/parse-input.ts'
import { changedAccess } from '#lib/services/clusters/access-change.ts'
import { checkAccess, observeAccess } from '#lib/services/clusters/check-access.ts'
import { checkTlsMaterial } from '#lib/services/clusters/check-tls-material.ts'
import type { ClusterRow } from '#lib/services/clusters/cluster-rows.ts'
import { demandPasswordsAgain } from '#lib/services/clusters/demand-passwords.ts'
import { accessOfCluster, accessOfInput } from '#lib/services/clusters/diagnosis-access.ts'
import { inDiagnosisPlace } from '#lib/services/clusters/diagnosis-places.ts'
import { isAnotherCluster } from '#lib/services/clusters/save-observation.ts'
import type { Seen } from '#lib/services/clusters/seen.ts'
import { seenBy } from '#lib/services/clusters/seen.ts'
import { secondMs } from '#lib/time.ts'
import { changeSaidBy } from './row-change.ts'

/** What became of looking at one row. */
export interface Judgement {
  state: Extract<RowState, 'ready' | 'warned' | 'refused'>
  problems: RowProblem[]
  /** Absent where the row was refused before anything was dialled. */
  found?: Found
}

export interface Found {
  body: ImportCluster
  seen: Seen
  /** The cluster of that name as it was when it was looked at; absent where there was none. */
  row: ClusterRow | undefined
}

interface Look {
  tenantId: string
  signal: AbortSignal
}

const findingsShownMax = 20

/**
 * Looks at one row as at an import by hand: its fields, its certificates, then the cluster itself. What is wrong with the row
 * is its verdict and never thrown, so that no row stands in the way of another.
 *
 * @throws only what ended the look from outside: the signal's reason, `dependency-unavailable`
 */
export async function judgeRow(input: Record<string, unknown>, look: Look): Promise<Judgement> {
  const judgement = await judge(input, look, async (access) => verdictOf(await diagnose(access, look)))
  return judgement.found?.row ? { ...judgement, problems: [alreadyHere, ...judgement.problems] } : judgement
}

/**
 * The same for a row that was judged before: whether the cluster still answers and lets us in, without every stage of a
 * diagnosis. Where it does not, the diagnosis says why.
 *
 * @throws as `judgeRow`
 */
export function judgeRowAgain(input: Record<string, unknown>, look: Look): Promise<Judgement> {
  return judge(input, look, async (access) => {
    const seen = await observeAccess(access, look)
    const isGood = seen.problem === null && seen.members.length > 0
    return isGood ? { state: 'ready', problems: [], seen } : verdictOf(await diagnose(access, look))
  })
}

/** Said with the first look, so that nobody changes by a list what they meant to add. */
export const alreadyHere: RowProblem = { kind: 'field', path: 'name', code: 'cluster-already-here', params: {} }

type Verdict = Pick<Judgement, 'state' | 'problems'> & { seen: Seen }

async function judge(
  input: Record<string, unknown>,
  look: Look,
  lookAt: (access: DiagnosisAccess) => Promise<Verdict>,
): Promise<Judgement> {
  try {
    const body = parseInput(importClusterBody, input, 'body')
    checkTlsMaterial(body)
    const { access, row } = await accessOfRow(look.tenantId, input, body)
    const { seen, ...verdict } = await lookAt(access)
    if (row && isAnotherCluster(row, seen)) {
      throw new AppError('cluster-is-another', `Cluster ${row.id} is another etcd than the one of the row`)
    }
    return { ...verdict, found: { body, seen, row } }
  } catch (error) {
    look.signal.throwIfAborted()
    const failure = toAppError(error)
    // The database being away is no fault of the row: the job waits and goes on.
    if (failure.code === 'dependency-unavailable') throw failure
    if (!failure.isExpected) logFailure(failure, 'a row of an import met a fault of ours')
    return { state: 'refused', problems: problemsOf(failure) }
  }
}

/**
 * A cluster of that name that is there already is looked at as it would be after the import: with its own passwords where
 * the row has none, as long as they go where they went before.
 */
async function accessOfRow(
  tenantId: string,
  input: Record<string, unknown>,
  body: ImportCluster,
): Promise<{ access: DiagnosisAccess; row: ClusterRow | undefined }> {
  const known = await withTenant(tenantId, (db) =>
    db.cluster.findUnique({ where: { tenantId_name: { tenantId, name: body.name } }, select: { id: true } }),
  )
  if (!known) return { access: accessOfInput(body), row: undefined }
  const { row, access } = await accessOfCluster(tenantId, known.id)
  const change = changeSaidBy(input, body)
  demandPasswordsAgain(row, change)
  return { row, access: changedAccess(access, change) }
}

const slowCodes = new Set<string>(['connection-timed-out', 'tls-timed-out', 'etcd-timed-out', 'auth-failed'])

/** Beside many others a look may come too late through no fault of the cluster: then there is a second one. */
async function diagnose(access: DiagnosisAccess, look: Look): Promise<Diagnosis> {
  const first = await inTurn(look, () => checkAccess(access, look))
  const { isUsable, stages } = first.view
  const wasTooSlow = !isUsable && stages.every(({ verdict, code }) => verdict !== 'fail' || slowCodes.has(code))
  return wasTooSlow ? await inTurn(look, () => checkAccess(access, look)) : first
}

const waitMs = secondMs

/** A list has time: where too many looks wait already it comes again. */
async function inTurn<T>({ tenantId, signal }: Look, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await inDiagnosisPlace(tenantId, work)
    } catch (error) {
      if (toAppError(error).code !== 'rate-limited') throw error
      await delay(waitMs, undefined, { signal })
    }
  }
}

function verdictOf(diagnosis: Diagnosis): Verdict {
  const { isUsable, stages } = diagnosis.view
  const telling = stages.filter(({ verdict }) => verdict === (isUsable ? 'warn' : 'fail'))
  const problems = telling
    .slice(0, findingsShownMax)
    .map(({ code, evidence }): RowProblem => ({ kind: 'finding', path: '', code, params: evidence }))
  const passed = problems.length > 0 ? 'warned' : 'ready'
  return { state: isUsable ? passed : 'refused', problems, seen: seenBy(diagnosis) }
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
