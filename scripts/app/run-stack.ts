import { join } from 'node:path'
import { parseOwnSocket } from '#scripts/command/own-socket.ts'
import { migrate } from '#scripts/database/migrate.ts'
import { DemoShow, endForgottenDemo } from '#scripts/demo/demo-show.ts'
import { makeStateDir } from '#scripts/paths.ts'
import type { Environment } from '#scripts/process/child.ts'
import { claimRun } from '#scripts/process/claim-run.ts'
import { freshLog } from '#scripts/process/fresh-log.ts'
import type { RunRecordFile } from '#scripts/process/run-record.ts'
import { onStopRequest } from '#scripts/process/stop-signals.ts'
import { Supervisor } from '#scripts/process/supervisor.ts'
import { loadSecrets } from '#scripts/secrets.ts'
import { ensureEtcd } from '#scripts/servers/etcd-install.ts'
import type { DatabaseUrls } from '#scripts/servers/roles.ts'
import { StepError } from '#scripts/step-error.ts'
import { print, printFailure, runStep } from '#scripts/steps.ts'
import type { Address } from './address.ts'
import { chooseAddress } from './address.ts'
import { addressEnvironment, appEnvironment } from './app-environment.ts'
import { buildIfStale } from './build.ts'
import type { DemoAccess } from './demo.ts'
import type { StartContext } from './start-servers.ts'
import { bringUpLogins, bringUpPostgres, bringUpRedis } from './start-servers.ts'
import { startWeb } from './web.ts'
import { startWorker } from './worker.ts'

export type StackOptions = {
  mode: 'start' | 'dev'
  withDemo: boolean
  /** Ports of this machine, `127.0.0.1:2379`, that the demo team may reach. */
  allowed: readonly string[]
}

/** Brings everything up step by step, keeps it running, and takes it down again when asked to end. Ends this process. */
export async function runStack(options: StackOptions): Promise<void> {
  const stack = new Stack()
  onStopRequest(
    () => void stack.end(0),
    () => stack.kill(),
  )
  try {
    await stack.bringUp(options)
  } catch (error) {
    await stack.fail(error)
  }
}

class Stack {
  #record: RunRecordFile | undefined
  #demo: DemoShow | undefined
  #isEnding = false
  readonly #supervisor = new Supervisor({
    report: (line) => print(`  ${new Date().toTimeString().slice(0, 8)} ${line}`),
    giveUp: (error) => void this.fail(error),
  })

  async bringUp({ mode, withDemo, allowed }: StackOptions): Promise<void> {
    print('Kstone')
    checkAllowed(allowed, withDemo)
    const record = await claimRun((line) => print(`  · ${line}`))
    this.#record = record
    const secrets = loadSecrets(join(makeStateDir(), 'secrets.json'))
    const context: StartContext = { record, supervisor: this.#supervisor, secrets }
    const address = await chooseAddress()
    const etcd = ensureEtcd()
    // Fetched while the rest comes up; whether it went well is told by a step of its own.
    etcd.catch(() => undefined)
    if (withDemo) this.#demo = new DemoShow(etcd)
    else await endForgottenDemo()
    const env = await bringUpStores(context, address)
    if (mode === 'start') {
      await runStep('Build', async () => ((await buildIfStale(record)) ? 'built' : 'unchanged'))
      record.update({ servesBuild: true })
    }
    // Without it everything works but the clusters that would run here.
    await runStep('etcd', async () => (await etcd).join(' and ')).catch(printFailure)
    await runStep('Web and worker', () => bringUpApp(context, { env, address, mode }))
    const localUrl = `http://127.0.0.1:${address.port}`
    const demo = await this.#demo?.offer({ publicUrl: address.publicUrl, localUrl, env, allowed })
    record.update({ state: 'running', url: address.publicUrl })
    printWelcome(address, demo)
  }

  /** Takes everything down in order, then ends this process. */
  async end(exitCode: number): Promise<void> {
    if (this.#isEnding) return
    this.#isEnding = true
    this.#record?.update({ state: 'stopping' })
    await this.#supervisor.stop().catch(printFailure)
    await this.#demo?.end().catch(printFailure)
    // What was still coming up (a build, a server that was not ready yet) is not the supervisor's yet.
    this.kill(exitCode)
  }

  async fail(error: unknown): Promise<void> {
    // After a request to stop, what was coming up fails because it was taken down.
    if (this.#isEnding) return
    printFailure(error)
    await this.end(1)
  }

  kill(exitCode = 1): void {
    this.#record?.killChildren()
    this.#record?.remove()
    process.exit(exitCode)
  }
}

/** PostgreSQL, Redis, logins and migrations. Gives the settings web and worker run with. */
async function bringUpStores(context: StartContext, address: Address): Promise<Environment> {
  let redisUrl = ''
  let databaseUrls: DatabaseUrls | undefined
  await runStep('PostgreSQL', async () => {
    const access = await bringUpPostgres(context)
    databaseUrls = await bringUpLogins(access, context.secrets)
    return `${new URL(databaseUrls.app).host}, three logins`
  })
  await runStep('Redis', async () => {
    redisUrl = await bringUpRedis(context)
    return new URL(redisUrl).host
  })
  const urls = databaseUrls
  if (!urls) throw new Error('no database')
  await runStep('Migrations', async () => {
    const applied = await migrate(urls.owner)
    return applied.length === 0 ? 'none missing' : `applied ${applied.join(', ')}`
  })
  // The logins of the administrator and of the owner are for this process alone.
  const { DATABASE_URL: _adminUrl, DATABASE_URL_OWNER: _ownerUrl, ...given } = process.env
  const own = appEnvironment({ databaseUrls: urls, redisUrl }, context.secrets)
  const folders = { BACKUP_DIRECTORY: makeStateDir('backups'), SPOOL_DIRECTORY: makeStateDir('spool') }
  return { ...own, ...folders, ...given, ...addressEnvironment(address.port, address.publicUrl) }
}

type AppPart = { env: Environment; address: Address; mode: 'start' | 'dev' }

async function bringUpApp({ record, supervisor }: StartContext, { env, address, mode }: AppPart): Promise<string> {
  const webLog = freshLog('web')
  const workerLog = freshLog('worker')
  const { port, host } = address
  await Promise.all([
    supervisor.run({
      name: 'worker',
      start: () => startWorker({ env, logFile: workerLog }, record),
      stopSignal: 'SIGTERM',
      graceMs: 25_000,
    }),
    supervisor.run({
      name: 'web',
      start: () => startWeb({ port, host, env, logFile: webLog, mode }, record),
      stopSignal: 'SIGTERM',
      graceMs: 10_000,
    }),
  ])
  return `listening on ${host}:${port}`
}

/** Told before anything is started. Throws a StepError. */
function checkAllowed(allowed: readonly string[], withDemo: boolean): void {
  for (const socket of allowed) parseOwnSocket(socket)
  if (withDemo || allowed.length === 0) return
  throw new StepError('there is no demo team to allow an address to', {
    fix: `start without --no-demo, or name the team: npm run net:allow -- ${allowed.join(' ')} --team NAME`,
  })
}

function printWelcome({ publicUrl }: Address, demo: DemoAccess | undefined): void {
  const signIn = demo ? `\n  sign in   ${demo.email}   password ${demo.password}` : ''
  print(`\n  open      ${publicUrl}${signIn}\n  stop      Ctrl-C\n`)
}
