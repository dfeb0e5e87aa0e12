import { globalTables, tenantTables } from '#lib/db/tables.ts'
import { withPostgres } from '#scripts/servers/postgres-client.ts'
import { roleNames } from '#scripts/servers/roles.ts'

/** Unique values that need no tenant in front: hashes of 256 random bits, which nobody meets by chance. */
const randomColumns = ['api_key.keyHash', 'invitation.tokenHash']

/** Kept by the migrations; holds no data of anybody. */
const bookkeeping = '_prisma_migrations'

/** Makes and drops partitions of samples, which the owner of the tables alone may; it reads and gives away no row. */
const ownersFunction = 'keep_sample_partitions'

/** What a policy of the app's login must say, as Postgres itself prints it back. */
const tenantWall = `("tenantId" = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)`

interface Table {
  name: string
  kind: string
  owner: string
  isPartition: boolean
  hasRls: boolean
  isForced: boolean
  columns: string[]
  primaryKey: string[] | null
  uniqueKeys: string[][]
  policies: { name: string; command: string; permissive: string; roles: string[]; using: string; check: string }[]
  foreignKeys: { name: string; target: string; columns: string[]; targetColumns: string[] }[]
  grants: { grantee: string; privilege: string }[]
}

const tablesQuery = `
  SELECT c.relname AS name, c.relkind AS kind, pg_get_userbyid(c.relowner) AS owner, c.relispartition AS "isPartition",
         c.relrowsecurity AS "hasRls", c.relforcerowsecurity AS "isForced",
         ARRAY(SELECT a.attname::text FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
         (SELECT ${columnNames('i.indrelid', 'i.indkey::int2[]')} FROM pg_index i
           WHERE i.indrelid = c.oid AND i.indisprimary) AS "primaryKey",
         coalesce((SELECT jsonb_agg(${columnNames('i.indrelid', 'i.indkey::int2[]')}) FROM pg_index i
           WHERE i.indrelid = c.oid AND i.indisunique), '[]') AS "uniqueKeys",
         coalesce((SELECT jsonb_agg(jsonb_build_object('name', p.policyname, 'command', p.cmd, 'permissive', p.permissive,
                     'roles', p.roles, 'using', coalesce(p.qual, ''), 'check', coalesce(p.with_check, '')))
           FROM pg_policies p WHERE p.schemaname = 'public' AND p.tablename = c.relname), '[]') AS policies,
         coalesce((SELECT jsonb_agg(jsonb_build_object('name', k.conname, 'target', k.confrelid::regclass::text,
                     'columns', ${columnNames('k.conrelid', 'k.conkey')},
                     'targetColumns', ${columnNames('k.confrelid', 'k.confkey')}))
           FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'), '[]') AS "foreignKeys",
         coalesce((SELECT jsonb_agg(DISTINCT jsonb_build_object(
                     'grantee', CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(g.grantee) END,
                     'privilege', g.privilege_type))
           FROM (SELECT (aclexplode(c.relacl)).* UNION ALL
                 SELECT (aclexplode(a.attacl)).* FROM pg_attribute a WHERE a.attrelid = c.oid) AS g
          WHERE g.grantee <> c.relowner), '[]') AS grants
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
   ORDER BY c.relname`

function columnNames(table: string, numbers: string): string {
  return `ARRAY(SELECT a.attname::text FROM unnest(${numbers}) WITH ORDINALITY AS u(number, place)
                  JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = u.number ORDER BY u.place)`
}

const outsideTablesQuery = `
  SELECT 'schema public grants ' || g.privilege_type || ' to everybody' AS hole
    FROM pg_namespace n, aclexplode(n.nspacl) AS g WHERE n.nspname = 'public' AND g.grantee = 0
  UNION ALL
  SELECT 'function ' || p.proname || ' runs with the rights of its owner'
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace 
   WHERE n.nspname = 'public' AND p.prosecdef AND p.proname <> '${ownersFunction}'
  UNION ALL
  SELECT 'default privileges give ' || g.privilege_type || ' to everybody'
    FROM pg_default_acl d, aclexplode(d.defaclacl) AS g WHERE g.grantee = 0 AND d.defaclobjtype IN ('r', 'S')`

/**
 * Every gap in the walls between tenants, as the catalogue of the database at `url` shows it: one sentence each, none when
 * all is well. Needs a login that may read the whole catalogue.
 */
export async function findHoles(url: string): Promise<string[]> {
  return await withPostgres(url, async (client) => {
    const { rows: found } = await client.query<Table>(tablesQuery)
    const { rows: outside } = await client.query<{ hole: string }>(outsideTablesQuery)
    const tables = found.filter(({ name }) => name !== bookkeeping)
    return [
      ...unlistedTables(tables.filter(isTable)),
      ...tables.flatMap((table) => holesOf(table).map((hole) => `${table.name} ${hole}`)),
      ...outside.map(({ hole }) => hole),
    ]
  })
}

const isTable = ({ kind, isPartition }: Table) => (kind === 'r' || kind === 'p') && !isPartition
const isTenantTable = (name: string) => tenantTables.some((table) => table === name)
const isGlobalTable = (name: string) => globalTables.some((table) => table === name)

function unlistedTables(tables: Table[]): string[] {
  const names = tables.map(({ name }) => name)
  return [
    ...names.filter((name) => !isTenantTable(name) && !isGlobalTable(name)).map((name) => `${name} stands in no list`),
    ...names.filter((name) => isTenantTable(name) && isGlobalTable(name)).map((name) => `${name} stands in both lists`),
    ...[...tenantTables, ...globalTables]
      .filter((name) => !names.includes(name))
      .map((name) => `${name} does not exist`),
  ]
}

function holesOf(table: Table): string[] {
  if (table.kind === 'v' || table.kind === 'm') return ['is a view, which reads with the rights of its owner']
  if (table.isPartition)
    return table.grants.map(({ grantee }) => `is a partition that ${grantee} can reach past its table`)
  const common = [...grantHoles(table), ...(table.owner === roleNames.owner ? [] : [`belongs to ${table.owner}`])]
  if (isTenantTable(table.name))
    return [...common, ...keyHoles(table), ...foreignKeyHoles(table), ...policyHoles(table)]
  return [...common, ...globalHoles(table)]
}

function grantHoles({ grants, kind }: Table): string[] {
  const logins: string[] = [roleNames.app, roleNames.system]
  // TRUNCATE, REFERENCES and TRIGGER all walk past row-level security.
  const harmless = kind === 'S' ? ['USAGE', 'SELECT'] : ['SELECT', 'INSERT', 'UPDATE', 'DELETE']
  return grants
    .filter(({ grantee, privilege }) => !(logins.includes(grantee) && harmless.includes(privilege)))
    .map(({ grantee, privilege }) => `grants ${privilege} to ${grantee}`)
}

function keyHoles({ name, primaryKey, uniqueKeys, columns }: Table): string[] {
  if (!columns.includes('tenantId')) return ['has no tenantId']
  const keys = uniqueKeys.filter((key) => key[0] !== 'tenantId' && !randomColumns.includes(`${name}.${key.join()}`))
  return [
    ...(primaryKey?.[0] === 'tenantId' ? [] : ['does not have tenantId first in its primary key']),
    ...keys.map((key) => `has a unique key over ${key.join()} that does not begin with tenantId`),
  ]
}

function foreignKeyHoles({ foreignKeys }: Table): string[] {
  return foreignKeys
    .filter(({ target, columns, targetColumns }) => {
      const place = columns.indexOf('tenantId')
      if (target === 'tenant') return columns.join() !== 'tenantId'
      return isTenantTable(target) && (place < 0 || targetColumns[place] !== 'tenantId')
    })
    .map(({ name, target }) => `has a foreign key ${name} to ${target} without tenantId: such checks see all tenants`)
}

function policyHoles({ hasRls, isForced, policies }: Table): string[] {
  const walls = policies.filter(({ roles }) => roles.includes(roleNames.app))
  const strangers = policies.filter(({ roles }) => roles.join() !== roleNames.app && roles.join() !== roleNames.system)
  const isWhole = walls.some(
    ({ command, using, check }) => command === 'ALL' && using === tenantWall && check === tenantWall,
  )
  return [
    ...(hasRls ? [] : ['has no row-level security']),
    ...(isForced ? [] : ['does not force row-level security on its owner']),
    ...(isWhole ? [] : [`has no policy that keeps ${roleNames.app} to its tenant for reading and writing`]),
    // Permissive policies add up: a second one can only widen the first.
    ...(walls.length > 1 ? [`has ${walls.length} policies for ${roleNames.app}`] : []),
    ...strangers.map(({ name, roles }) => `has a policy ${name} for ${roles.join(', ')}`),
  ]
}

function globalHoles({ columns, foreignKeys, grants, hasRls, isForced }: Table): string[] {
  const isOpenToApp = grants.some(({ grantee }) => grantee === roleNames.app)
  return [
    ...(columns.includes('tenantId') ? ['has a tenantId and stands among the global tables'] : []),
    ...foreignKeys
      .filter(({ target }) => isTenantTable(target))
      .map(({ target }) => `refers to the tenant table ${target}`),
    ...(isOpenToApp && !(hasRls && isForced) ? [`is open to ${roleNames.app} without row-level security`] : []),
  ]
}
