import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '#lib/process-mark.ts'
import { makeStateDir, stateDir } from '#scripts/paths.ts'
import { claimRun } from '#scripts/process/claim-run.ts'
import { findRunRecord } from '#scripts/process/run-record.ts'
import { onStopRequest } from '#scripts/process/stop-signals.ts'
import { Supervisor } from '#scripts/process/supervisor.ts'
import type { Secrets } from '#scripts/secrets.ts'
import { loadSecrets } from '#scripts/secrets.ts'
import type { DatabaseUrls } from '#scripts/servers/roles.ts'
import { urlsOf } from '#scripts/servers/roles.ts'
import { print } from '#scripts/steps.ts'
import { bringUpLogins, bringUpPostgres, databaseName, findGivenAccess } from './start-servers.ts'

export type Installation = { databaseUrls: DatabaseUrls; secrets: Secrets }

/**
 * Runs `work` with the database of this installation: the one the environment names, that of a running `npm start`, or
 * our own, brought up for as long as the work takes.
 */
export async function withInstallation<T>(work: (installation: Installation) => Promise<T>): Promise<T> {
  const secrets = loadSecrets(join(makeStateDir(), 'secrets.json'))
  const given = findGivenAccess()
  if (given) return work({ databaseUrls: await bringUpLogins(given, secrets), secrets })
  const running = findRunningUrls(secrets)
  if (running) return work({ databaseUrls: running, secrets })
  return withOwnServer(secrets, (databaseUrls) => work({ databaseUrls, secrets }))
}

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

/** The logins on the PostgreSQL of a running `npm start`, when that is one of our own. */
function findRunningUrls(secrets: Secrets): DatabaseUrls | undefined {
  const run = findRunRecord('start')
  const lockFile = join(stateDir, 'postgres', 'data', 'postmaster.pid')
  if (!run?.children.postgres || !isAlive(run.owner) || !existsSync(lockFile)) return undefined
  // The fourth line of postmaster.pid is the port.
  const port = readFileSync(lockFile, 'utf8').split('\n')[3]
  return urlsOf(`postgresql://127.0.0.1:${port}/${databaseName}`, secrets.rolePasswords)
}
