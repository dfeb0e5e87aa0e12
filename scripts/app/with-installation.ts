import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeStateDir, stateDir } from '#scripts/paths.ts'
import type { Environment } from '#scripts/process/child.ts'
import { claimRun } from '#scripts/process/claim-run.ts'
import { isAlive } from '#scripts/process/process-mark.ts'
import { findRunRecord } from '#scripts/process/run-record.ts'
import { onStopRequest } from '#scripts/process/stop-signals.ts'
import { Supervisor } from '#scripts/process/supervisor.ts'
import type { Secrets } from '#scripts/secrets.ts'
import { loadSecrets } from '#scripts/secrets.ts'
import type { DatabaseUrls } from '#scripts/servers/roles.ts'
import { urlsOf } from '#scripts/servers/roles.ts'
import { print } from '#scripts/steps.ts'
import { appEnvironment } from './app-environment.ts'
import { bringUpLogins, bringUpPostgres, databaseName } from './start-servers.ts'

export type Installation = { databaseUrls: DatabaseUrls; secrets: Secrets }

/**
 * Runs `work` with the database of this installation: that of a running `npm start`, the one the environment names, or
 * our own, brought up for as long as the work takes. Whatever lib/config.ts asks for is in the environment meanwhile, so
 * that `work` may call services; Redis is not brought up.
 */
export async function withInstallation<T>(work: (installation: Installation) => Promise<T>): Promise<T> {
  const secrets = loadSecrets(join(makeStateDir(), 'secrets.json'))
  const run = async (databaseUrls: DatabaseUrls) => {
    setMissing({
      ...appEnvironment({ databaseUrls, redisUrl: unusedRedisUrl }, secrets),
      PUBLIC_URL: 'http://localhost',
    })
    return work({ databaseUrls, secrets })
  }
  const running = findRunningUrls(secrets)
  return running ? run(running) : withOwnServer(secrets, run)
}

// lib/config.ts wants one; a service that used it would fail at once.
const unusedRedisUrl = 'redis://127.0.0.1:1'

async function withOwnServer<T>(secrets: Secrets, work: (databaseUrls: DatabaseUrls) => Promise<T>): Promise<T> {
  const record = await claimRun(print)
  const supervisor = new Supervisor({ report: () => undefined, giveUp: () => process.exit(1) })
  const end = () => {
    record.killChildren()
    record.remove()
  }
  onStopRequest(
    () => process.exit(1),
    () => process.exit(1),
  )
  process.once('exit', end)
  try {
    const access = await bringUpPostgres({ record, supervisor, secrets })
    return await work(await bringUpLogins(access, secrets))
  } finally {
    await supervisor.stop()
    process.off('exit', end)
    end()
  }
}

function setMissing(settings: Environment): void {
  for (const [name, value] of Object.entries(settings)) process.env[name] ||= value
}

/** The logins on the PostgreSQL of a running `npm start`, when that is one of our own. */
function findRunningUrls(secrets: Secrets): DatabaseUrls | undefined {
  const run = findRunRecord('start')
  const lockFile = join(stateDir, 'postgres', 'data', 'postmaster.pid')
  if (!run?.children.postgres || !isAlive(run.owner) || !existsSync(lockFile)) return undefined
  // The fourth line of postmaster.pid is the port.
  const port = readFileSync(lockFile, 'utf8').split('\n')[3]
  return urlsOf(`postgresql://127.0.0.1:${port}/${databaseName}`, secrets.rolePasswords)
}
