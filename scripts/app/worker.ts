import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootDir } from '#scripts/paths.ts'
import type { Child, Environment } from '#scripts/process/child.ts'
import { startChild, waitForChild } from '#scripts/process/child.ts'
import type { RunRecordFile } from '#scripts/process/run-record.ts'
import { StepError } from '#scripts/step-error.ts'

// The line workers/main.ts logs once it takes work, at the level info.
const readyMessage = '"worker ready"'
const levelsWithoutIt = ['warn', 'error', 'fatal', 'silent']
// A worker whose log is set to say nothing counts as ready when it has not given up by then.
const quietReadyMs = 3000

/**
 * What a worker's Node is started with. Most of what a collection makes is garbage a moment later: with V8's small nurseries
 * half of it grew old first.
 */
export const workerArguments: string[] = ['--max-semi-space-size=32', join(rootDir, 'workers', 'main.ts')]

/** Starts the worker and waits until it says that it takes work. */
export async function startWorker(
  { env, logFile }: { env: Environment; logFile: string },
  record: RunRecordFile,
): Promise<Child> {
  const before = sizeOf(logFile)
  const startedAt = Date.now()
  const isQuiet = levelsWithoutIt.includes(env.LOG_LEVEL ?? 'info')
  const isReady = () =>
    isQuiet ? Date.now() - startedAt > quietReadyMs : textFrom(logFile, before).includes(readyMessage)
  const child = await startChild(
    {
      name: 'worker',
      command: process.execPath,
      args: workerArguments,
      env,
      cwd: rootDir,
      logFile,
    },
    record,
  )
  try {
    await waitForChild(child, { timeoutMs: 60_000, probe: isReady })
  } catch (error) {
    await child.stop('SIGTERM', 2000)
    if (!(error instanceof StepError)) throw error
    throw new StepError(error.message, { fix: 'mend what the worker says above', logFile, cause: error })
  }
  return child
}

function sizeOf(file: string): number {
  try {
    return readFileSync(file).length
  } catch {
    return 0
  }
}

function textFrom(file: string, offset: number): string {
  return readFileSync(file).subarray(offset).toString('utf8')
}
