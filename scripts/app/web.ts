import { join } from 'node:path'
import { rootDir } from '#scripts/paths.ts'
import type { Child, Environment } from '#scripts/process/child.ts'
import { startChild, waitForChild } from '#scripts/process/child.ts'
import type { RunRecordFile } from '#scripts/process/run-record.ts'
import { messageOf, StepError } from '#scripts/step-error.ts'

export type WebOptions = {
  port: number
  host: string
  env: Environment
  logFile: string
  mode: 'start' | 'dev'
}

// In dev the first answer is compiled first.
const readyMaxMs = { start: 60_000, dev: 180_000 }

/** Starts the web server and waits until /readyz answers 200: database, Redis and migrations are in order. */
export async function startWeb({ port, host, env, logFile, mode }: WebOptions, record: RunRecordFile): Promise<Child> {
  const child = await startChild(
    {
      name: 'web',
      command: process.execPath,
      args: [join(rootDir, 'scripts', 'web.ts'), '--host', host, ...(mode === 'dev' ? ['--dev'] : [])],
      env: { ...env, NODE_ENV: mode === 'dev' ? 'development' : 'production', NEXT_TELEMETRY_DISABLED: '1' },
      cwd: rootDir,
      logFile,
    },
    record,
  )
  const address = host === '0.0.0.0' ? '127.0.0.1' : host
  let lastAnswer = 'nothing'
  const probe = async () => {
    const answer = await askReadiness(`http://${address.includes(':') ? `[${address}]` : address}:${port}/readyz`)
    lastAnswer = answer.text
    return answer.isReady
  }
  try {
    await waitForChild(child, { timeoutMs: readyMaxMs[mode], probe })
  } catch (error) {
    await child.stop('SIGTERM', 2000)
    if (!(error instanceof StepError)) throw error
    const fix = `mend what /readyz and the log name (/readyz said: ${lastAnswer})`
    throw new StepError(error.message, { fix, logFile, cause: error })
  }
  return child
}

async function askReadiness(url: string): Promise<{ isReady: boolean; text: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000), redirect: 'manual' })
    return { isReady: response.status === 200, text: `${response.status} ${(await response.text()).slice(0, 500)}` }
  } catch (error) {
    return { isReady: false, text: messageOf(error) }
  }
}
