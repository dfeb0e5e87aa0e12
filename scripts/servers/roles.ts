import type { Client } from 'pg'
import { messageOf, StepError } from '#scripts/step-error.ts'
import { withDatabase, withLogin, withPostgres } from './postgres-client.ts'

/** The three logins: the owner migrates, the app works inside one tenant, the system sees across tenants where named. */
export const roleNames = { owner: 'kstone_owner', app: 'kstone_app', system: 'kstone_system' } as const
type RoleKey = keyof typeof roleNames
export type RolePasswords = Record<RoleKey, string>
export type DatabaseUrls = Record<RoleKey, string>

/**
 * Makes the three logins and the database they share, and gives their connection strings. Safe to run again.
 * `mayChangePasswords`: on a server of our own a login with another password gets ours; on one that was handed to us that
 * would lock somebody else out, so it is a StepError.
 */
export async function ensureRoles(
  adminUrl: string,
  {
    passwords,
    database,
    mayChangePasswords,
  }: { passwords: RolePasswords; database: string; mayChangePasswords: boolean },
): Promise<DatabaseUrls> {
  await withPostgres(adminUrl, async (client) => {
    for (const key of roleKeys)
      await ensureRole(client, { name: roleNames[key], password: passwords[key], mayChangePasswords })
    await ensureDatabase(client, database)
  })
  await withPostgres(withDatabase(adminUrl, database), (client) => closeDatabase(client, database))
  const urls = urlsOf(withDatabase(adminUrl, database), passwords)
  for (const key of roleKeys) await checkLogin(urls[key], roleNames[key])
  return urls
}

/** The three connection strings of a database on that server. */
export function urlsOf(databaseUrl: string, passwords: RolePasswords): DatabaseUrls {
  const urlFor = (key: RoleKey) => withLogin(databaseUrl, { user: roleNames[key], password: passwords[key] })
  return { owner: urlFor('owner'), app: urlFor('app'), system: urlFor('system') }
}

const roleKeys: RoleKey[] = ['owner', 'app', 'system']

type WantedRole = { name: string; password: string; mayChangePasswords: boolean }

async function ensureRole(client: Client, { name, password, mayChangePasswords }: WantedRole): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name])
  if (rowCount === 0) {
    const limits = 'LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE'
    await client.query(`CREATE ROLE ${name} ${limits} PASSWORD ${client.escapeLiteral(password)}`)
  } else if (mayChangePasswords) {
    await client.query(`ALTER ROLE ${name} PASSWORD ${client.escapeLiteral(password)}`)
  }
}

async function ensureDatabase(client: Client, database: string): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
  if (rowCount !== 0) return
  const name = client.escapeIdentifier(database)
  const { rows } = await client.query<{ isSuperuser: boolean }>(
    `SELECT rolsuper AS "isSuperuser" FROM pg_roles WHERE rolname = current_user`,
  )
  // An administrator of a managed server may hand a database only to a role it is a member of.
  if (!rows[0]?.isSuperuser) await client.query(`GRANT ${roleNames.owner} TO current_user`)
  await client.query(`CREATE DATABASE ${name} OWNER ${roleNames.owner} TEMPLATE template0 ENCODING 'UTF8'`)
}

/** Only the three logins may connect; everybody else could before, and a default is no decision. */
async function closeDatabase(client: Client, database: string): Promise<void> {
  const name = client.escapeIdentifier(database)
  await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`)
  await client.query(`GRANT CONNECT ON DATABASE ${name} TO ${Object.values(roleNames).join(', ')}`)
}

async function checkLogin(url: string, name: string): Promise<void> {
  try {
    await withPostgres(url, (client) => client.query('SELECT 1'))
  } catch (error) {
    const isPasswordWrong = error instanceof Error && 'code' in error && error.code === '28P01'
    if (!isPasswordWrong)
      throw new StepError(`the login ${name} cannot connect: ${messageOf(error)}`, { fix: loginFix, cause: error })
    throw new StepError(`the login ${name} exists on that server with another password than .kstone/secrets.json has`, {
      fix: `set DATABASE_URL_OWNER, DATABASE_URL_APP and DATABASE_URL_SYSTEM to the logins as they are, or run there: ALTER ROLE ${name} PASSWORD '…' with the one from .kstone/secrets.json`,
      cause: error,
    })
  }
}

const loginFix = 'let the server accept password logins of kstone_owner, kstone_app and kstone_system (pg_hba.conf)'
