import { Worker } from 'node:worker_threads'
import type { StartImport } from '#lib/contracts/cluster-imports.ts'
import { readingMaxSeconds } from '#lib/contracts/cluster-imports.ts'
import { AppError } from '#lib/errors.ts'
import { FairQueue } from '#lib/fair-queue.ts'
import { processWide } from '#lib/process-wide.ts'
import { secondMs } from '#lib/time.ts'
import type { ImportRow } from './import-row.ts'
import { unreadable } from './import-row.ts'

export type FileToRead = Pick<StartImport, 'format' | 'text' | 'files'>

/** What the thread answers: rows, or why there are none. */
export type ReadFile = { rows: ImportRow[] } | { message: string; details: AppError['details'] }

/** Four times what the worst file takes that the bounds of its format let through: running out may end the whole process. */
const memoryMaxMb = 1_024
const retryAfterSeconds = 5

const turns = processWide(
  'import-files-read',
  () => new FairQueue({ atOnceMax: 2, waitingMax: 32, waitingPerPartyMax: 4 }),
)

/**
 * The same as `readImportFile`, in a thread of its own with so much time and memory and no more: whatever a file is made of,
 * it holds up nobody's requests. Teams take turns.
 *
 * @throws AppError `import-file-unreadable`, `rate-limited` where too many files wait
 */
export async function readImportFileApart(tenantId: string, file: FileToRead): Promise<ImportRow[]> {
  if (!(await turns.takeTurn(tenantId))) {
    throw new AppError('rate-limited', 'Too many lists of clusters wait to be read', { details: { retryAfterSeconds } })
  }
  try {
    const answer = await readInThread(file)
    if ('rows' in answer) return answer.rows
    throw new AppError('import-file-unreadable', answer.message, { details: answer.details })
  } finally {
    turns.giveTurn()
  }
}

async function readInThread(file: FileToRead): Promise<ReadFile> {
  const thread = new Worker(new URL('./import-file-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: memoryMaxMb },
    env: {},
  })
  const { promise, resolve, reject } = Promise.withResolvers<ReadFile>()
  const deadline = setTimeout(() => reject(unreadable('file-takes-too-long')), readingMaxSeconds * secondMs)
  thread.once('message', resolve)
  thread.once('error', (error) => reject(isOutOfMemory(error) ? unreadable('file-takes-too-long') : error))
  thread.once('exit', () => reject(new Error('The thread that reads a list of clusters ended without an answer')))
  thread.postMessage(file)
  try {
    return await promise
  } finally {
    clearTimeout(deadline)
    await thread.terminate()
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}
