import { z } from 'zod'
import type { RowProblem, RowState } from '#lib/contracts/cluster-imports.ts'
import { rowProblem } from '#lib/contracts/cluster-imports.ts'
import type { JobProgress } from '#lib/contracts/jobs.ts'
import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { eachAtOnce } from '#lib/each-at-once.ts'
import type { ErrorCode } from '#lib/errors.ts'
import { toAppError } from '#lib/errors.ts'
import { logFailure } from '#lib/log.ts'
import type { Delivery } from '#lib/queue/delivery.ts'
import { holdJob } from '#lib/services/jobs/claim-job.ts'
import { openRow } from './import-rows.ts'

/** The job that works on an import, as its handler gets it. */
export interface ImportJob extends Delivery {
  requestId: string
  signal: AbortSignal
  report(progress: JobProgress): void
}

/** One row that is to be worked on. */
export interface OpenRow {
  number: number
  input: Record<string, unknown>
  /** What its last look had to say. */
  problems: RowProblem[]
}

export interface RowOutcome {
  state: RowState
  problems: RowProblem[]
  clusterId?: string
}

type RowEnd = (db: Db) => Promise<RowOutcome>

interface RowWork {
  importId: string
  /** Which rows are still to be done: a job that goes on after a crash finds those it has not ended. */
  states: readonly RowState[]
  /** What it gives is called in the transaction that ends the row. */
  work(row: OpenRow): Promise<RowEnd>
  /** What a row becomes that failed at its end. */
  failedState: Extract<RowState, 'refused' | 'failed'>
  /** Whether the row is over, so that its secrets are not needed any more. */
  isLast: boolean
}

/** A row that is black-holed takes two looks of 3 s: a hundred of them take little more than a minute. */
const rowsAtOnce = 6

/**
 * Works on the rows of an import, some at once. Each ends in a transaction of its own, which is kept only while the job is
 * ours: whatever dies in between, a row is ended once. A row that fails by its own fault stands in nobody's way.
 */
export async function workOnRows(job: ImportJob, rowWork: RowWork): Promise<void> {
  const { tenantId, signal } = job
  const { importId, states } = rowWork
  const { numbers, total } = await withTenant(tenantId, async (db) => ({
    numbers: await db.clusterImportRow.findMany({
      where: { tenantId, importId, state: { in: [...states] } },
      select: { number: true },
      orderBy: { number: 'asc' },
    }),
    total: await db.clusterImportRow.count({ where: { tenantId, importId } }),
  }))
  let done = total - numbers.length
  job.report({ done, total, step: null })
  await eachAtOnce(numbers, rowsAtOnce, async ({ number }) => {
    signal.throwIfAborted()
    const row = await takeRow({ tenantId, importId, number })
    if (row) await workOnRow(job, rowWork, row)
    done += 1
    job.report({ done, total, step: null })
  })
}

function failing(problem: RowProblem, state: RowState): RowEnd {
  return async () => ({ state, problems: [problem] })
}

/** What befalls all rows alike: the database is away, or whoever the job acts for may no longer do it. */
const jobsOwn = new Set<ErrorCode>(['dependency-unavailable', 'no-longer-allowed'])

/** @throws what ends or pauses the job as a whole; whatever else goes wrong with a row ends that row */
async function workOnRow(job: ImportJob, rowWork: RowWork, row: OpenRow | ClosedRow): Promise<void> {
  const { number } = row
  const fail = (problem: RowProblem) => writeRow(job, rowWork, { number, end: failing(problem, rowWork.failedState) })
  if ('problem' in row) return await fail(row.problem)
  try {
    await workTwice(job, rowWork, row)
  } catch (error) {
    job.signal.throwIfAborted()
    const failure = toAppError(error)
    if (jobsOwn.has(failure.code)) throw error
    if (!failure.isExpected) logFailure(failure, 'a row of an import met a fault of ours')
    // Where the job is ours no longer this throws too.
    await fail({ kind: 'failure', path: '', code: failure.code, params: {} })
  }
}

/**
 * What was seen may be overtaken by what others did meanwhile, and a stranger may be passing weather, such as a deadlock: then
 * the row is looked at once more.
 */
async function workTwice(job: ImportJob, rowWork: RowWork, row: OpenRow): Promise<void> {
  const { number } = row
  const work = async () => await writeRow(job, rowWork, { number, end: await rowWork.work(row) })
  try {
    await work()
  } catch (error) {
    job.signal.throwIfAborted()
    if (!['conflict', 'internal'].includes(toAppError(error).code)) throw error
    await work()
  }
}

async function writeRow(
  job: ImportJob,
  { importId, isLast, states }: RowWork,
  { number, end }: { number: number; end: RowEnd },
): Promise<void> {
  const { tenantId } = job
  await withTenant(tenantId, async (db) => {
    await holdJob(db, job)
    // Given up meanwhile.
    if (!(await isOpen(db, { tenantId, importId, number }, states))) return
    const { state, problems, clusterId } = await end(db)
    const over = isLast ? { sealed: null, finishedAt: new Date() } : {}
    await db.clusterImportRow.update({
      where: { tenantId_importId_number: { tenantId, importId, number } },
      data: { state, problems, clusterId: clusterId ?? null, ...over },
    })
  })
}

interface RowPlace {
  tenantId: string
  importId: string
  number: number
}

/** Whether a row still waits to be ended; nobody else ends it until the transaction does. */
async function isOpen(db: Db, { tenantId, importId, number }: RowPlace, states: readonly RowState[]): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM cluster_import_row
     WHERE "tenantId" = ${tenantId}::uuid AND "importId" = ${importId}::uuid AND "number" = ${number}
       AND "state" = ANY(${[...states]}::text[]) FOR UPDATE`
  return rows.length > 0
}

/** A row that does not open. */
interface ClosedRow {
  number: number
  problem: RowProblem
}

const problemList = z.array(rowProblem)

async function takeRow(place: RowPlace): Promise<OpenRow | ClosedRow | undefined> {
  const { number } = place
  return await withTenant(place.tenantId, async (db) => {
    const row = await db.clusterImportRow.findUnique({
      where: { tenantId_importId_number: place },
      select: { sealed: true, problems: true },
    })
    if (!row?.sealed) return undefined
    try {
      return { number, input: await openRow(db, place, row.sealed), problems: problemList.parse(row.problems) }
    } catch (error) {
      const failure = toAppError(error)
      if (jobsOwn.has(failure.code)) throw error
      logFailure(failure, 'a row of an import does not open')
      return { number, problem: { kind: 'failure', path: '', code: failure.code, params: {} } }
    }
  })
}
