import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { getFreePort } from '#scripts/process/free-port.ts'

/** An S3 server in a process of its own. It believes every signature, knows no condition, and cannot end an upload. */
export interface S3Server extends AsyncDisposable {
  readonly port: number
  /** Where it keeps its buckets, one folder each. */
  readonly folder: string
}

const startMs = 15_000

/** It seals the tokens of its listings with a cipher that OpenSSL 3 keeps under lock. */
const nodeOptions = ['--no-deprecation', '--openssl-legacy-provider']

export async function startS3Server(...buckets: string[]): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'kstone-s3-'))
  for (const bucket of buckets) await mkdir(join(folder, bucket))
  const port = await getFreePort()
  const require = createRequire(import.meta.url)
  const program = require.resolve('s3rver/bin/s3rver.js')
  const options = [
    '--directory',
    folder,
    '--address',
    '127.0.0.1',
    '--port',
    String(port),
    '--silent',
    '--no-vhost-buckets',
  ]
  const child = spawn(process.execPath, [...nodeOptions, program, ...options], { stdio: 'ignore' })
  const exited = once(child, 'exit')
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await exited
    await rm(folder, { recursive: true, force: true })
  }
  const deadline = Date.now() + startMs
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop()
      throw new Error('The S3 server for tests did not start')
    }
    await sleep(50)
  }
  return { port, folder, [Symbol.asyncDispose]: stop }
}

async function answers(port: number): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1000) }).then(
    () => true,
    () => false,
  )
}
