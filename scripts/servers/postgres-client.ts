import { Client } from 'pg'

/** Runs `work` on one connection of its own, closed afterwards. `url` names the login and the database. */
export async function withPostgres<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'kstone-scripts',
  })
  // A server that stops between two queries reports on the connection; without a listener that ends the process.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

export async function isPostgresAnswering(url: string): Promise<boolean> {
  try {
    await withPostgres(url, (client) => client.query('SELECT 1'))
    return true
  } catch {
    return false
  }
}

/** The same server and login, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${encodeURIComponent(database)}`
  return changed.href
}

/** The same server and database, another login. */
export function withLogin(url: string, login: { user: string; password: string }): string {
  const changed = new URL(url)
  changed.username = encodeURIComponent(login.user)
  changed.password = encodeURIComponent(login.password)
  return changed.href
}
