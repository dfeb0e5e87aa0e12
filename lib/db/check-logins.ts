import { appPool, systemPool } from './pools.ts'

interface Login {
  name: string
  isSuperuser: boolean
  bypassesRls: boolean
  ownsTables: boolean
  isSystem: boolean
}

/** `$1` is the role of the system pool; policies name `kstone_system`, whatever login works as it. */
const question = `
  SELECT r.rolname AS name, r.rolsuper AS "isSuperuser", r.rolbypassrls AS "bypassesRls",
         EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND pg_has_role(r.oid, c.relowner, 'USAGE')) AS "ownsTables",
         EXISTS (SELECT 1 FROM pg_roles s
                  WHERE s.rolname IN ($1, 'kstone_system') AND pg_has_role(r.oid, s.oid, 'MEMBER')) AS "isSystem"
    FROM pg_roles r WHERE r.rolname = current_user`

/**
 * Refuses to go on when a pool's login could walk through row-level security: superusers, BYPASSRLS roles and owners of
 * our tables do, silently; and when the app's login could take the system's place, which sees all tenants. Throws an Error that names the variable and the line to type.
 */
export async function checkLogins(): Promise<void> {
  const [role] = await systemPool().$queryRaw<{ name: string }[]>`SELECT current_user::text AS "name"`
  const [app] = await appPool().$queryRawUnsafe<Login[]>(question, role?.name)
  const [system] = await systemPool().$queryRawUnsafe<Login[]>(question, role?.name)
  checkLogin('DATABASE_URL_APP', app)
  checkLogin('DATABASE_URL_SYSTEM', system && { ...system, isSystem: false })
}

function checkLogin(variable: string, login: Login | undefined): void {
  if (!login) throw new Error(`${variable}: Postgres does not know the role it signed us in as`)
  const faults = [
    login.isSuperuser && `is a superuser (ALTER ROLE "${login.name}" NOSUPERUSER)`,
    login.bypassesRls && `may bypass row-level security (ALTER ROLE "${login.name}" NOBYPASSRLS)`,
    login.ownsTables && 'owns Kstone tables or is a member of their owner (use a login of its own)',
    login.isSystem && 'is the role of DATABASE_URL_SYSTEM or may act as it (use a login of its own)',
  ].filter((fault) => fault !== false)
  if (faults.length > 0)
    throw new Error(`${variable}: role "${login.name}" ${faults.join(' and ')}: tenants would not be kept apart`)
}
