import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { newId } from '#lib/ids.ts'
import { withLogin, withPostgres } from '#scripts/servers/postgres-client.ts'
import type { TestDatabase } from '#tests/support/servers.ts'
import { createDatabase } from '#tests/support/servers.ts'
import { findHoles } from '#tests/support/walls.ts'
import { asSuperuser, openWorkplace } from '#tests/support/work-team.ts'

const wall = `("tenantId" = nullif(current_setting('app.tenant_id', true), '')::uuid)`
/** A tenant table as it should be, to be spoilt in one way each. `address_grant` stands in the list; it is made anew. */
const goodTable = `
  DROP TABLE address_grant;
  CREATE TABLE address_grant ("tenantId" uuid NOT NULL REFERENCES tenant(id), "id" uuid NOT NULL, "jobId" uuid,
                        PRIMARY KEY ("tenantId", "id"));
  ALTER TABLE address_grant ENABLE ROW LEVEL SECURITY;
  ALTER TABLE address_grant FORCE ROW LEVEL SECURITY;
  CREATE POLICY tenant_wall ON address_grant TO kstone_app USING ${wall} WITH CHECK ${wall};
  GRANT SELECT, INSERT ON address_grant TO kstone_app;`

const holes: [what: string, sql: string, sentence: RegExp][] = [
  ['a table nobody listed', 'CREATE TABLE stray (id int PRIMARY KEY)', /^stray stands in no list$/],
  ['a listed table that is gone', 'DROP TABLE address_grant', /^address_grant does not exist$/],
  [
    'no row-level security',
    'ALTER TABLE address_grant DISABLE ROW LEVEL SECURITY',
    /^address_grant has no row-level security$/,
  ],
  [
    'security its owner escapes',
    'ALTER TABLE address_grant NO FORCE ROW LEVEL SECURITY',
    /^address_grant does not force/,
  ],
  ['no policy', 'DROP POLICY tenant_wall ON address_grant', /^address_grant has no policy that keeps kstone_app/],
  [
    'a policy that does not look at what is written',
    `DROP POLICY tenant_wall ON address_grant; CREATE POLICY tenant_wall ON address_grant TO kstone_app USING ${wall} WITH CHECK (true)`,
    /^address_grant has no policy that keeps kstone_app/,
  ],
  [
    'a second policy that opens the first',
    'CREATE POLICY more ON address_grant TO kstone_app USING (true)',
    /^address_grant has 2 policies for kstone_app$/,
  ],
  [
    'a policy for everybody',
    'CREATE POLICY all_of_you ON address_grant USING (true)',
    /^address_grant has a policy all_of_you for public/,
  ],
  [
    'a primary key without the tenant in front',
    'ALTER TABLE address_grant DROP CONSTRAINT address_grant_pkey; ALTER TABLE address_grant ADD PRIMARY KEY (id, "tenantId")',
    /^address_grant does not have tenantId first in its primary key$/,
  ],
  [
    'a unique key over all tenants',
    'CREATE UNIQUE INDEX ON address_grant ("jobId")',
    /^address_grant has a unique key over jobId/,
  ],
  [
    'a foreign key that could point into another tenant',
    'CREATE UNIQUE INDEX solo ON job (id); ALTER TABLE address_grant ADD CONSTRAINT work FOREIGN KEY ("jobId") REFERENCES job (id)',
    /^address_grant has a foreign key work to job without tenantId/,
  ],
  [
    'a global table that refers to a tenant table',
    'ALTER TABLE session ADD COLUMN a uuid, ADD COLUMN b uuid, ADD FOREIGN KEY (a, b) REFERENCES job ("tenantId", id)',
    /^session refers to the tenant table job$/,
  ],
  ['a global table with a tenant', 'ALTER TABLE session ADD COLUMN "tenantId" uuid', /^session has a tenantId/],
  ['a grant to everybody', 'GRANT SELECT ON address_grant TO PUBLIC', /^address_grant grants SELECT to PUBLIC$/],
  [
    'a column granted to everybody',
    'GRANT SELECT (id) ON address_grant TO PUBLIC',
    /^address_grant grants SELECT to PUBLIC$/,
  ],
  [
    'leave to truncate',
    'GRANT TRUNCATE ON address_grant TO kstone_app',
    /^address_grant grants TRUNCATE to kstone_app$/,
  ],
  ['password hashes open to the app', 'GRANT SELECT ON credential TO kstone_app', /^credential is open to kstone_app/],
  ['a view', 'CREATE VIEW everything AS SELECT * FROM address_grant', /^everything is a view/],
  [
    'a function with the rights of its owner',
    'CREATE FUNCTION leak() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$SELECT count(*) FROM address_grant$$',
    /^function leak runs with the rights of its owner$/,
  ],
  [
    'a partition with a door of its own',
    `CREATE TABLE big ("tenantId" uuid, at date) PARTITION BY RANGE (at);
     CREATE TABLE big_1 PARTITION OF big FOR VALUES FROM ('2026-01-01') TO ('2026-01-02'); GRANT SELECT ON big_1 TO kstone_app`,
    /^big_1 is a partition that kstone_app can reach past its table$/,
  ],
]

describe('the walls between tenants', () => {
  it('have no hole in the database that the migrations make', async () => {
    const database = await createDatabase()
    expect(await findHoles(database.adminUrl)).toEqual([])
  })

  it('are found whole around a table made by hand as it should be', async () => {
    const database = await createDatabase()
    await withPostgres(database.urls.owner, (client) => client.query(goodTable))
    expect(await findHoles(database.adminUrl)).toEqual([])
  })

  it.each(holes)('are found open by %s', async (_, sql, sentence) => {
    const database = await createDatabase()
    await withPostgres(database.urls.owner, async (client) => {
      await client.query(goodTable)
      await client.query(sql)
    })
    expect(await findHoles(database.adminUrl)).toContainEqual(expect.stringMatching(sentence))
  })
})

describe('a process whose login row-level security does not bind', () => {
  it('refuses to go on and says which variable to mend; with the three logins of the set-up it goes on', async () => {
    const { database, env } = await openWorkplace()
    expect(await refusalOf(env)).toBe('')

    const cases: [variable: string, url: string, reason: RegExp][] = [
      ['DATABASE_URL_APP', database.adminUrl, /DATABASE_URL_APP: role "\w+" is a superuser \(ALTER ROLE/],
      [
        'DATABASE_URL_APP',
        `${database.urls.system}?application_name=twin`,
        /DATABASE_URL_APP: role "kstone_system" is the role of DATABASE_URL_SYSTEM/,
      ],
      ['DATABASE_URL_APP', await makeLogin(database, 'IN ROLE kstone_system'), /DATABASE_URL_APP: .* may act as it/],
      ['DATABASE_URL_APP', database.urls.owner, /DATABASE_URL_APP: role "kstone_owner" owns Kstone tables/],
      [
        'DATABASE_URL_SYSTEM',
        await makeLogin(database, 'BYPASSRLS'),
        /DATABASE_URL_SYSTEM: .* may bypass row-level security/,
      ],
    ]
    for (const [variable, url, reason] of cases) expect(await refusalOf({ ...env, [variable]: url })).toMatch(reason)
  })
})

/** What a process of that environment writes when it checks its logins; empty when it is content. */
async function refusalOf(env: Record<string, string>): Promise<string> {
  const check = `await (await import('#lib/db/check-logins.ts')).checkLogins(); process.exit()`
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', check], {
    env: { ...process.env, ...env },
  })
  return await run.then(
    () => '',
    (error: { stderr: string }) => error.stderr,
  )
}

/** A login that is neither superuser nor owner, with something it should not have. */
async function makeLogin(database: TestDatabase, gift: string): Promise<string> {
  const user = `gifted_${newId().slice(-12)}`
  await asSuperuser(database, `CREATE ROLE ${user} LOGIN PASSWORD 'only-for-this-test' ${gift}`)
  await asSuperuser(database, `GRANT CONNECT ON DATABASE ${database.name} TO ${user}`)
  return withLogin(database.adminUrl, { user, password: 'only-for-this-test' })
}
