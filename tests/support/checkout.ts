import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { ProcessMark } from '#lib/process-mark.ts'
import { isAlive, signalGroup, signalProcess } from '#lib/process-mark.ts'
import { inheritedEnvironment } from '#scripts/app/build.ts'
import { rootDir, stateDir } from '#scripts/paths.ts'
import { waitUntil } from '#scripts/wait-until.ts'

const runRecord = z.object({
  owner: z.object({ pid: z.number(), startedAt: z.string() }),
  children: z.record(z.string(), z.object({ pid: z.number(), startedAt: z.string() })),
})

const clusterRecord = z.object({
  members: z.array(z.object({ process: z.object({ pid: z.number(), startedAt: z.string() }).optional() })),
})

/** What has been fetched here once need not be fetched for every copy. */
const etcdEnvironment = { ETCD_BINARIES: join(stateDir, 'etcd') }

/** A copy of this checkout with nothing of its state: what is built and installed is shared, .kstone is its own. */
export class CheckoutCopy implements AsyncDisposable {
  readonly path: string
  readonly #starts: RunningStart[] = []

  constructor() {
    // A test that runs out of time is never disposed of.
    process.once('exit', this.#killAll)
    this.path = mkdtempSync(join(tmpdir(), 'kstone-checkout-'))
    const left = new Set(['.git', '.kstone', 'node_modules'])
    for (const name of readdirSync(rootDir).filter((entry) => !left.has(entry))) {
      cpSync(join(rootDir, name), join(this.path, name), {
        recursive: true,
        filter: (source) => !/\.next\/(cache|dev)$/.test(source),
      })
    }
    symlinkSync(join(rootDir, 'node_modules'), join(this.path, 'node_modules'))
  }

  /** Runs `npm start` there, on any free port and without the demo. */
  start(env: Record<string, string> = {}, args = ['--no-demo']): RunningStart {
    const running = new RunningStart(this.path, { env, args })
    this.#starts.push(running)
    return running
  }

  /** The processes its start has written down; empty when none runs. */
  processes(): Record<string, ProcessMark> {
    const file = join(this.path, '.kstone', 'run', 'start.json')
    if (!existsSync(file)) return {}
    const { owner, children } = runRecord.parse(JSON.parse(readFileSync(file, 'utf8')))
    return { supervisor: owner, ...children }
  }

  /** Members of the demo's etcd clusters, as they were last started. */
  demoMembers(): ProcessMark[] {
    const folder = join(this.path, '.kstone', 'demo')
    const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name, 'cluster.json')) : []
    const records = files.filter((file) => existsSync(file)).map((file) => JSON.parse(readFileSync(file, 'utf8')))
    return records.flatMap((record) => clusterRecord.parse(record).members.flatMap(({ process }) => process ?? []))
  }

  process(name: string): ProcessMark {
    const mark = this.processes()[name]
    if (!mark) throw new Error(`no ${name} is written down in ${this.path}`)
    return mark
  }

  readonly #killAll = () => {
    for (const start of this.#starts) start.signalAll('SIGKILL')
    for (const { pid } of Object.values(this.processes())) signalProcess(pid, 'SIGKILL')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off('exit', this.#killAll)
    this.#killAll()
    await waitUntil(() => (Object.values(this.processes()).some(isAlive) ? undefined : true), { timeoutMs: 5000 })
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** One `npm start`, as the leader of a process group like one typed into a terminal. */
export class RunningStart {
  readonly launcherPid: number
  readonly exitCode: Promise<number | null>
  #output = ''
  #hasEnded = false

  constructor(path: string, { env, args }: { env: Record<string, string>; args: string[] }) {
    const child = spawn('npm', ['start', '--', ...args], {
      cwd: path,
      detached: true,
      env: { ...etcdEnvironment, ...inheritedEnvironment(), NODE_ENV: 'production', PORT: '0', ...env },
    })
    this.launcherPid = child.pid ?? 0
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString()
      })
    }
    this.exitCode = new Promise((resolve) => {
      child.once('close', (code) => {
        this.#hasEnded = true
        resolve(code)
      })
    })
  }

  get output(): string {
    return this.#output
  }

  /** Waits until it says where to open it, and gives that address. Throws with all it wrote when it does not come so far. */
  async ready(timeoutMs = 60_000): Promise<string> {
    const find = () => /^ {2}open\s+(\S+)$/m.exec(this.#output)?.[1]
    const url = await waitUntil(() => find() ?? (this.#hasEnded ? '' : undefined), { timeoutMs })
    if (url) return url
    const how = this.#hasEnded ? `ended with ${await this.exitCode}` : `was not up after ${timeoutMs} ms`
    // Of a failure the first line alone may be all that is shown.
    const lastLines = this.#output
      .trim()
      .split(/\s*\n\s*/)
      .slice(-4)
    throw new Error(`npm start ${how}: ${lastLines.join(' | ').slice(-220)}\n${this.#output}`)
  }

  /** A signal to every process of the group, as a terminal does it. */
  signalAll(signal: NodeJS.Signals): void {
    signalGroup(this.launcherPid, signal)
  }
}
