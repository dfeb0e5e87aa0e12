import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closePools } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { closeSharedRedis, untilRedisIsReady } from '#lib/queue/connections.ts'
import { createApiKey } from '#lib/services/api-keys/create-api-key.ts'
import { revokeApiKey } from '#lib/services/api-keys/revoke-api-key.ts'
import { cancelImport } from '#lib/services/cluster-imports/cancel-import.ts'
import { getImport } from '#lib/services/cluster-imports/list-imports.ts'
import { runImport } from '#lib/services/cluster-imports/run-import.ts'
import { changeRole } from '#lib/services/members/change-role.ts'
import { removeMember } from '#lib/services/members/remove-member.ts'
import { getUsage } from '#lib/services/usage/get-usage.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import {
  checkList,
  createTeamWithReach,
  handIn,
  importList,
  portsOf,
  verdicts,
  waitingJob,
  workOff,
} from '#tests/support/cluster-imports.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { addTeammate } from '#tests/support/teammates.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace
let etcd: RunningEtcd

beforeAll(async () => {
  place = await openWorkplace()
  etcd = await startEtcd()
  await untilRedisIsReady(5_000)
}, 300_000)

afterAll(async () => {
  closeSharedRedis()
  await etcd?.stop()
  await closePools()
})

const newTeam = () => createTeamWithReach(portsOf(etcd))
const row = (name: string) => ({ name, endpoints: etcd.members.map(({ clientUrl }) => clientUrl) })
const rows = (count: number) => Array.from({ length: count }, (_, n) => row(`c-${n}`))
const endsOf = async (team: TenantContext, importId: string) =>
  (await verdicts(team, importId)).map(([name, state, code]) => [name, state, code])

/** Has the database refuse one row of a table for good, as it does with a text it does not take. */
async function refuseRow(table: string, condition: string): Promise<void> {
  await asSuperuser(
    place.database,
    `CREATE OR REPLACE FUNCTION refuse_row() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '22P05'; END $$;
     CREATE TRIGGER refuse_row BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW WHEN (${condition})
       EXECUTE FUNCTION refuse_row()`,
  )
}

async function jobsEnd(team: TenantContext, importId: string) {
  const { jobId } = await waitingJob(team, importId)
  const { state, error } = await withTenant(team.tenantId, (db) =>
    db.job.findUniqueOrThrow({ where: { tenantId_id: { tenantId: team.tenantId, id: jobId } } }),
  )
  return [state, error]
}

describe('a row the database refuses', () => {
  it('is refused alone when it is looked at', async () => {
    await refuseRow('cluster_import_row', `NEW."name" = 'unwritable' AND NEW."problems"::text LIKE '%tls-off%'`)
    const team = await newTeam()
    const importId = await checkList(team, [row('a'), row('unwritable'), row('b')])
    expect(await jobsEnd(team, importId)).toEqual(['done', null])
    expect(await endsOf(team, importId)).toEqual([
      ['a', 'warned', 'tls-off'],
      ['unwritable', 'refused', 'internal'],
      ['b', 'warned', 'tls-off'],
    ])
    expect(await getImport(team, { importId })).toMatchObject({ state: 'checked' })
  })

  it('fails alone when it is brought in', async () => {
    await refuseRow('cluster', `NEW."name" = 'unstorable'`)
    const team = await newTeam()
    const importId = await importList(team, [row('a'), row('unstorable'), row('b')])
    expect(await jobsEnd(team, importId)).toEqual(['done', null])
    expect(await endsOf(team, importId)).toEqual([
      ['a', 'created', 'tls-off'],
      ['unstorable', 'failed', 'internal'],
      ['b', 'created', 'tls-off'],
    ])
    expect(await getImport(team, { importId })).toMatchObject({ state: 'done' })
  })
})

describe('an import whose starter loses the right', () => {
  const created = async (team: TenantContext, importId: string) =>
    (await getImport(team, { importId })).counts.created ?? 0

  /** Runs a list as somebody, takes their right away in the midst, and gives how many clusters were in by then. */
  async function loseRight(team: TenantContext, starter: TenantContext, lose: () => Promise<unknown>) {
    const importId = await checkList(starter, rows(40))
    await runImport(starter, { importId })
    const work = workOff(team, importId)
    await expect.poll(() => created(team, importId), { interval: 5, timeout: 20_000 }).toBeGreaterThan(2)
    await lose()
    const atLossCount = await created(team, importId)
    await work
    return { importId, atLossCount }
  }

  const operatorOf = (team: TenantContext) => addTeammate(team, 'operator')

  it.each([
    ['by being removed', (team: TenantContext, userId: string) => removeMember(team, { userId })],
    ['by a lesser role', (team: TenantContext, userId: string) => changeRole(team, { userId, role: 'viewer' })],
  ])('%s stops, and somebody else goes on', async (_, lose) => {
    const team = await newTeam()
    const operator = await operatorOf(team)
    const { importId, atLossCount } = await loseRight(team, operator, () => lose(team, operator.actor.id))
    expect(atLossCount).toBeLessThan(40)
    expect(await jobsEnd(team, importId)).toEqual(['failed', 'no-longer-allowed'])
    const stopped = await getImport(team, { importId })
    expect(stopped).toMatchObject({ state: 'checked', counts: { created: atLossCount, warned: 40 - atLossCount } })
    expect(await importersOf(team)).toEqual({ [operator.actor.label]: atLossCount })

    await runImport(team, { importId })
    await workOff(team, importId)
    expect(await getImport(team, { importId })).toMatchObject({ state: 'done', counts: { created: 40 } })
    expect(await importersOf(team)).toEqual({
      [operator.actor.label]: atLossCount,
      [team.actor.label]: 40 - atLossCount,
    })
  })

  it('by the end of their API key stops', async () => {
    const team = await newTeam()
    const key = await createApiKey(team, { name: 'ci', scopes: ['clusters:read', 'clusters:write'], expiresInDays: 1 })
    const { session: _none, ...rest } = team
    const actor = { kind: 'api-key', id: key.id, label: 'ci' } as const
    const lose = () => revokeApiKey(team, { apiKeyId: key.id })
    const { importId, atLossCount } = await loseRight(team, { ...rest, actor, via: 'api' }, lose)
    expect(await created(team, importId)).toBeLessThan(40)
    // No lock is shared with whoever ends a key: rows whose turn had come are in.
    expect((await created(team, importId)) - atLossCount).toBeLessThanOrEqual(6)
    expect(await jobsEnd(team, importId)).toEqual(['failed', 'no-longer-allowed'])
  })
})

it('a team has so many lists open and no more', async () => {
  const team = await newTeam()
  const limited = { ...team, quotas: { ...team.quotas, 'cluster-imports': 2 } }
  const [first] = [await handIn(limited, rows(1)), await handIn(limited, rows(1))]
  await expect(handIn(limited, rows(1))).rejects.toMatchObject({
    code: 'quota-exceeded',
    details: { quota: 'cluster-imports', limit: 2, used: 2 },
  })
  const used = async () => (await getUsage(limited)).quotas.find(({ id }) => id === 'cluster-imports')
  expect(await used()).toMatchObject({ used: 2, limit: 2 })
  await cancelImport(limited, { importId: first })
  expect(await used()).toMatchObject({ used: 1 })
  await handIn(limited, rows(1))
})

it('a small list that names one file again and again is refused before anything is stored', async () => {
  const team = await newTeam()
  const text = `name,endpoints,ca,client_cert,client_key\n${rows(999)
    .map(({ name }) => `${name},http://127.0.0.1:1,c,c,c\n`)
    .join('')}`
  const files = { c: `-----BEGIN CERTIFICATE-----${'A'.repeat(199_000)}` }
  await expect(handIn(team, [], { format: 'csv', text, files })).rejects.toMatchObject({
    code: 'import-file-unreadable',
    details: { issues: [{ path: 'text', code: 'file-rows-too-large' }] },
  })
})

async function importersOf({ tenantId }: TenantContext): Promise<Record<string, number>> {
  const events = await withTenant(tenantId, (db) =>
    db.auditEvent.findMany({ where: { action: 'cluster.imported' }, select: { actorLabel: true } }),
  )
  const counts: Record<string, number> = {}
  for (const { actorLabel } of events) counts[actorLabel] = (counts[actorLabel] ?? 0) + 1
  return counts
}
