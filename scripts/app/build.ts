import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '#lib/process-mark.ts'
import { rootDir } from '#scripts/paths.ts'
import { startChild } from '#scripts/process/child.ts'
import { freshLog } from '#scripts/process/fresh-log.ts'
import { withLock } from '#scripts/process/lock.ts'
import type { RunRecordFile } from '#scripts/process/run-record.ts'
import { findRunRecord } from '#scripts/process/run-record.ts'
import { StepError } from '#scripts/step-error.ts'
import { hashSources } from './source-hash.ts'

/** Builds the web part unless what stands in .next was built from these very sources. Gives whether it built. */
export function buildIfStale(record: RunRecordFile): Promise<boolean> {
  return withLock('build', async () => {
    const hash = hashSources()
    if (builtHash() === hash) return false
    checkNobodyServes()
    // A build that is broken off leaves neither the old one nor the new one.
    rmSync(markerFile(), { force: true })
    await build(record)
    writeFileSync(markerFile(), hash)
    return true
  })
}

async function build(record: RunRecordFile): Promise<void> {
  const logFile = freshLog('build')
  const child = await startChild(
    {
      name: 'build',
      command: process.execPath,
      args: [nextProgram(), 'build'],
      env: { ...inheritedEnvironment(), NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      cwd: rootDir,
      logFile,
    },
    record,
  )
  const { code, signal } = await child.exited
  if (code === 0) return
  throw new StepError(`next build ended with ${signal ?? `code ${code}`}`, {
    fix: 'mend what the build says above; the whole of it is in the log',
    logFile,
  })
}

function nextProgram(): string {
  return join(rootDir, 'node_modules', 'next', 'dist', 'bin', 'next')
}

/** What any program of ours needs of the environment, without the settings of the product. */
export function inheritedEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE']
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name] ?? '']] : [])))
}

/** A new build pulls the files from under a server that serves the old one. */
function checkNobodyServes(): void {
  const running = findRunRecord('start')
  if (!running?.servesBuild || running.owner.pid === process.pid || !isAlive(running.owner)) return
  throw new StepError(
    `the sources have changed, and ${running.url ?? 'npm start'} serves the old build from this folder`,
    {
      fix: `end it first (Ctrl-C there, or kill ${running.owner.pid})`,
    },
  )
}

function builtHash(): string | undefined {
  const isComplete = existsSync(join(rootDir, '.next', 'BUILD_ID')) && existsSync(markerFile())
  return isComplete ? readFileSync(markerFile(), 'utf8') : undefined
}

function markerFile(): string {
  return join(rootDir, '.next', 'kstone-source-hash')
}
