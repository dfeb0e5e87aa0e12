import { appPool, systemPool } from './pools.ts'

interface Login {
  name: string
  isSuperuser: boolean
  bypassesRls: boolean
  ownsTables: boolean
}

const question = `
  SELECT r.rolname AS name, r.rolsuper AS "isSuperuser", r.rolbypassrls AS "bypassesRls",
         EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND pg_has_role(r.oid, c.relowner, 'USAGE')) AS "ownsTables"
    FROM pg_roles r WHERE r.rolname = current_user`

/**
 * Refuses to go on when a pool's login could walk through row-level security: superusers, BYPASSRLS roles and owners of
 * our tables do, silently. Throws an Error that names the variable and the line to type.
 */
export async function checkLogins(): Promise<void> {
  await Promise.all([
    checkLogin('DATABASE_URL_APP', await appPool().$queryRawUnsafe<Login[]>(question)),
    checkLogin('DATABASE_URL_SYSTEM', await systemPool().$queryRawUnsafe<Login[]>(question)),
  ])
}

function checkLogin(variable: string, rows: Login[]): void {
  const login = rows[0]
  if (!login) throw new Error(`${variable}: Postgres does not know the role it signed us in as`)
  const faults = [
    login.isSuperuser && `is a superuser (ALTER ROLE "${login.name}" NOSUPERUSER)`,
    login.bypassesRls && `may bypass row-level security (ALTER ROLE "${login.name}" NOBYPASSRLS)`,
    login.ownsTables && 'owns Kstone tables or is a member of their owner (use a login of its own)',
  ].filter((fault) => fault !== false)
  if (faults.length > 0)
    throw new Error(`${variable}: role "${login.name}" ${faults.join(' and ')}: tenants would not be kept apart`)
}
