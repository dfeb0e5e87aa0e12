import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { StepError } from './step-error.ts'

/**
 * Installs Debian packages. Throws a StepError that begins with `what` and ends with the line to type, when this is no
 * Debian or Ubuntu, or we are not root.
 */
export async function installPackages(packages: string[], what: string): Promise<void> {
  const line = `apt-get update && apt-get install -y ${packages.join(' ')}`
  if (!isDebian())
    throw new StepError(what, { fix: `install ${packages.join(', ')} with the package manager of this system` })
  if (process.getuid?.() !== 0) throw new StepError(what, { fix: `type: sudo sh -c '${line}'` })
  await withoutStartingServices(async () => {
    for (const args of [
      ['update', '-qq'],
      ['install', '-y', '-qq', '--no-install-recommends', ...packages],
    ]) {
      const output = await runAptGet(args)
      if (output !== undefined)
        throw new StepError(`${what}, and apt-get ${args[0]} failed: ${output}`, { fix: `type: ${line}` })
    }
  })
}

/** Runs apt-get; gives the last line of its complaint when it failed. */
function runAptGet(args: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn('apt-get', args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    let complaint = ''
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString()
    })
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code) =>
      resolve(code === 0 ? undefined : (complaint.trim().split('\n').at(-1) ?? `code ${code}`)),
    )
  })
}

function isDebian(): boolean {
  return (
    existsSync('/etc/os-release') && /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'))
  )
}

/** Debian starts what it installs; ours runs on its own port with its own files, so the package's service stays down. */
async function withoutStartingServices(work: () => Promise<void>): Promise<void> {
  const policyFile = '/usr/sbin/policy-rc.d'
  if (existsSync(policyFile)) return work()
  writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await work()
  } finally {
    rmSync(policyFile, { force: true })
  }
}
