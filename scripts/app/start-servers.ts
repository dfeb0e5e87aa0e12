import { makeStateDir } from '#scripts/paths.ts'
import { getFreePort } from '#scripts/process/free-port.ts'
import { freshLog } from '#scripts/process/fresh-log.ts'
import type { RunRecordFile } from '#scripts/process/run-record.ts'
import type { Supervisor } from '#scripts/process/supervisor.ts'
import type { Secrets } from '#scripts/secrets.ts'
import { startPostgres } from '#scripts/servers/postgres.ts'
import { withPostgres } from '#scripts/servers/postgres-client.ts'
import { findRedisFault, startRedis } from '#scripts/servers/redis.ts'
import { ensureRedisProgram } from '#scripts/servers/redis-install.ts'
import type { DatabaseUrls } from '#scripts/servers/roles.ts'
import { ensureRoles } from '#scripts/servers/roles.ts'
import { messageOf, StepError } from '#scripts/step-error.ts'

/** What a start works with: what it has on disk, where it writes down its children, and who keeps them running. */
export type StartContext = { record: RunRecordFile; supervisor: Supervisor; secrets: Secrets }

export const databaseName = 'kstone'

/** How to reach the database: the three logins as they were given, or an administrator who can make them. */
export type DatabaseAccess = { urls: DatabaseUrls } | { adminUrl: string; isOurs: boolean }

/** What the environment says about the database: three logins, an administrator, or nothing. */
export function findGivenAccess(): DatabaseAccess | undefined {
  const urls = findGivenUrls()
  if (urls) return { urls }
  const adminUrl = process.env.DATABASE_URL
  if (adminUrl) checkForm('DATABASE_URL', adminUrl)
  return adminUrl ? { adminUrl, isOurs: false } : undefined
}

/** The PostgreSQL the environment names, or one of our own. */
export async function bringUpPostgres({ record, supervisor, secrets }: StartContext): Promise<DatabaseAccess> {
  const given = findGivenAccess()
  if (given) return given
  const options = {
    folder: makeStateDir('postgres'),
    password: secrets.postgresPassword,
    logFile: freshLog('postgres'),
    port: await getFreePort(),
  }
  let adminUrl = ''
  const start = async () => {
    const server = await startPostgres(options, record)
    adminUrl = server.adminUrl
    return server.child
  }
  await supervisor.run({ name: 'postgres', start, stopSignal: 'SIGINT', graceMs: 20_000 })
  return { adminUrl, isOurs: true }
}

/** The three logins, made when the database is ours to set up. */
export async function bringUpLogins(access: DatabaseAccess, secrets: Secrets): Promise<DatabaseUrls> {
  if ('urls' in access) return access.urls
  if (!access.isOurs) await checkGivenServer(access.adminUrl)
  return ensureRoles(access.adminUrl, {
    passwords: secrets.rolePasswords,
    database: databaseName,
    mayChangePasswords: access.isOurs,
  })
}

/** The Redis of REDIS_URL, or one of our own. Gives its URL. */
export async function bringUpRedis({ record, supervisor, secrets }: StartContext): Promise<string> {
  const given = process.env.REDIS_URL
  if (given) {
    checkForm('REDIS_URL', given)
    const fault = await findRedisFault(given)
    if (fault === undefined) return given
    throw new StepError(`the Redis of REDIS_URL does not answer: ${fault}`, {
      fix: 'start it or mend REDIS_URL (redis://:PASSWORD@HOST:6379); unset it to get one of our own',
    })
  }
  const options = {
    program: await ensureRedisProgram(),
    folder: makeStateDir('redis'),
    password: secrets.redisPassword,
    logFile: freshLog('redis'),
    port: await getFreePort(),
  }
  let url = ''
  const start = async () => {
    const server = await startRedis(options, record)
    url = server.url
    return server.child
  }
  await supervisor.run({ name: 'redis', start, stopSignal: 'SIGTERM', graceMs: 10_000 })
  return url
}

const postgresForm = {
  protocols: ['postgres:', 'postgresql:'],
  example: 'postgresql://USER:PASSWORD@HOST:5432/DATABASE',
}
const redisForm = { protocols: ['redis:', 'rediss:'], example: 'redis://:PASSWORD@HOST:6379' }

/** Before anybody connects: a driver takes half an address for the name of a host. Never shows the value, which may hold a password. */
function checkForm(name: string, value: string): void {
  const { protocols, example } = name === 'REDIS_URL' ? redisForm : postgresForm
  const url = URL.parse(value)
  if (url && protocols.includes(url.protocol)) return
  throw new StepError(`${name} is not an address such as ${example}`, {
    fix: `mend ${name}, with special characters of the password percent-encoded; unset it to get a server of our own`,
  })
}

async function checkGivenServer(adminUrl: string): Promise<void> {
  try {
    await withPostgres(adminUrl, (client) => client.query('SELECT 1'))
  } catch (error) {
    throw new StepError(`the PostgreSQL of DATABASE_URL does not let us in: ${messageOf(error)}`, {
      fix: 'start it or mend DATABASE_URL (postgresql://ADMIN:PASSWORD@HOST:5432/postgres); unset it to get one of our own',
      cause: error,
    })
  }
}

function findGivenUrls(): DatabaseUrls | undefined {
  const { DATABASE_URL_OWNER: owner, DATABASE_URL_APP: app, DATABASE_URL_SYSTEM: system } = process.env
  if (owner && app && system) {
    checkForm('DATABASE_URL_OWNER', owner)
    checkForm('DATABASE_URL_APP', app)
    checkForm('DATABASE_URL_SYSTEM', system)
    return { owner, app, system }
  }
  if (!owner && !app && !system) return undefined
  throw new StepError('of DATABASE_URL_OWNER, DATABASE_URL_APP and DATABASE_URL_SYSTEM only some are set', {
    fix: 'set all three, or none of them and DATABASE_URL (an administrator), or nothing for a PostgreSQL of our own',
  })
}
