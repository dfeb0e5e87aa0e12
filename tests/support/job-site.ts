import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withTenant } from '#lib/db/tenant.ts'
import type { JobManner } from '#lib/jobs/enqueue.ts'
import { enqueueKind } from '#lib/jobs/enqueue.ts'
import { announceWork } from '#lib/services/jobs/announce-work.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { addTestKinds, effectsTable } from './test-kinds.ts'
import type { Workplace } from './work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from './work-team.ts'

/** A database of its own where test jobs leave effects that can be counted, by superuser and in a file. */
export interface JobSite extends AsyncDisposable {
  place: Workplace
  /** What test workers are started with. */
  env: Record<string, string>
  /** A team that may have so many jobs at once. */
  createTeam(concurrentJobs?: number): Promise<TenantContext>
  ask(team: TenantContext, kind?: string, manner?: JobManner & { payload?: object }): Promise<string>
  /** Asks for `count` jobs in one transaction: thousands in seconds. */
  askMany(team: TenantContext, count: number, workMs: number): Promise<string[]>
  rows(ids: readonly string[]): Promise<JobRow[]>
  states(ids: readonly string[]): Promise<Record<string, number>>
  /** How many effects the jobs have left: jobs without any, with one, with more. */
  effects(ids: readonly string[]): Promise<{ none: number; once: number; more: number }>
  /** Lines written outside of the database that begin with one of these words, in the order of their writing. */
  notes(...words: string[]): string[][]
}

interface JobRow {
  id: string
  state: string
  attempt: number
  failures: number
  takeOvers: number
  error: string | null
  progress: { done: number } | null
}

export async function openJobSite(more: Record<string, string> = {}): Promise<JobSite> {
  const folder = await mkdtemp(join(tmpdir(), 'kstone-jobs-'))
  const sink = join(folder, 'sink')
  writeFileSync(sink, '')
  const place = await openWorkplace({ NODE_ENV: 'test', ...more })
  addTestKinds()
  await asSuperuser(place.database, effectsTable)
  const sql = (text: string, values: unknown[]) => asSuperuser(place.database, text, values)
  return {
    place,
    env: { ...place.env, TEST_SINK: sink },
    async createTeam(concurrentJobs = 1_000) {
      const team = await createTeam()
      const overrides = JSON.stringify({ 'concurrent-jobs': concurrentJobs })
      await sql('UPDATE tenant SET "quotaOverrides" = $2 WHERE "id" = $1', [team.tenantId, overrides])
      return team
    },
    async ask(team, kind = 'test-effect', { payload, ...manner } = {}) {
      const usual = kind === 'test-effect' ? { workMs: 20 } : {}
      const id = await withTenant(team.tenantId, (db) =>
        enqueueKind(db, team, { kind, payload: payload ?? usual, ...manner }),
      )
      announceWork()
      return id
    },
    async askMany({ tenantId }, count, workMs) {
      const { rows } = await sql(
        `WITH asked AS (
           INSERT INTO job ("tenantId", "id", "kind", "payload")
           SELECT $1, gen_random_uuid(), 'test-effect', jsonb_build_object('workMs', $3::int) FROM generate_series(1, $2)
           RETURNING "id"),
         posted AS (
           INSERT INTO outbox ("tenantId", "jobId", "attempt", "kind") SELECT $1, "id", 1, 'test-effect' FROM asked)
         SELECT "id" FROM asked`,
        [tenantId, count, workMs],
      )
      announceWork()
      return rows.map(({ id }) => id)
    },
    async rows(ids) {
      const { rows } = await sql('SELECT * FROM job WHERE "id" = ANY($1) ORDER BY "createdAt", "id"', [ids])
      return rows
    },
    async states(ids) {
      const { rows } = await sql(
        'SELECT "state", count(*)::int AS count FROM job WHERE "id" = ANY($1) GROUP BY "state"',
        [ids],
      )
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
    },
    async effects(ids) {
      const { rows } = await sql(
        `SELECT count(*) FILTER (WHERE e.count IS NULL)::int AS none, count(*) FILTER (WHERE e.count = 1)::int AS once,
                count(*) FILTER (WHERE e.count > 1)::int AS more
           FROM unnest($1::uuid[]) AS asked("id")
           LEFT JOIN (SELECT "jobId", count(*) FROM test_effect GROUP BY 1) AS e ON e."jobId" = asked."id"`,
        [ids],
      )
      return rows[0]
    },
    notes(...words) {
      const lines = readFileSync(sink, 'utf8').split('\n')
      return lines.map((line) => line.split(' ')).filter(([first]) => words.includes(first ?? ''))
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
