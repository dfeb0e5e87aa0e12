import { beforeAll, describe, expect, it } from 'vitest'
import { findEarlierAnswer } from '#lib/api/idempotency.ts'
import type { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace

beforeAll(async () => {
  place = await openWorkplace()
})

const idempotencyOf = (key: string, bodyHash = 'a') => ({
  key,
  route: 'POST /api/v1/clusters',
  bodyHash,
  status: 201,
  serialise: (result: unknown) => JSON.stringify({ data: result }),
})

/** What the route does with a key: an earlier answer, or the work, or the answer of whoever was faster. */
async function ask(team: TenantContext, key: string, name: string): Promise<string> {
  const idempotency = idempotencyOf(key)
  const earlier = await findEarlierAnswer(team.tenantId, idempotency)
  if (earlier) return earlier.text()
  try {
    return idempotency.serialise(await mutate({ ...team, idempotency }, (db) => createCluster(db, team.tenantId, name)))
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'idempotency-in-progress') throw error
    return (await findEarlierAnswer(team.tenantId, idempotency))?.text() ?? 'nothing'
  }
}

type Db = Parameters<Parameters<typeof withTenant>[1]>[0]

async function createCluster(db: Db, tenantId: string, name: string) {
  const cluster = await db.cluster.create({ data: { tenantId, id: newId(), name, provider: 'imported' } })
  return {
    result: { id: cluster.id },
    action: 'cluster.created',
    target: { kind: 'cluster', id: cluster.id, label: name },
  }
}

const countOf = async (table: string, tenantId: string) =>
  (await asSuperuser(place.database, `SELECT count(*)::int AS count FROM ${table} WHERE "tenantId" = $1`, [tenantId]))
    .rows[0].count

describe('requests under one idempotency key', () => {
  it('have one effect and one answer when 50 of them arrive together', async () => {
    const team = await createTeam()
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(team, 'k1', 'edge')))
    expect(new Set(answers).size).toBe(1)
    expect(JSON.parse(answers[0] ?? '')).toMatchObject({ data: { id: expect.any(String) } })
    expect(await countOf('cluster', team.tenantId)).toBe(1)
    expect(await countOf('audit_event', team.tenantId)).toBe(2)
  })

  it('leave the key free when the work fails', async () => {
    const team = await createTeam()
    const failing = mutate({ ...team, idempotency: idempotencyOf('k2') }, async () => {
      throw new AppError('conflict', 'not now')
    })
    await expect(failing).rejects.toMatchObject({ code: 'conflict' })
    expect(await ask(team, 'k2', 'later')).toContain('data')
    expect(await countOf('cluster', team.tenantId)).toBe(1)
  })

  it('are refused when the second is another request', async () => {
    const team = await createTeam()
    await ask(team, 'k3', 'first')
    await expect(findEarlierAnswer(team.tenantId, idempotencyOf('k3', 'b'))).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    })
  })

  it('know nothing of another team that uses the same key', async () => {
    const [one, other] = [await createTeam(), await createTeam()]
    expect(await ask(one, 'k4', 'x')).not.toBe(await ask(other, 'k4', 'x'))
  })

  it('keep their answers sealed, each in its own place', async () => {
    const team = await createTeam()
    const id = JSON.parse(await ask(team, 'k5', 'sealed')).data.id
    await ask(team, 'k6', 'sealed too')
    const { rows } = await asSuperuser(
      place.database,
      'SELECT "responseSealed" FROM idempotency_key WHERE "tenantId" = $1 ORDER BY "key"',
      [team.tenantId],
    )
    expect(rows).toHaveLength(2)
    expect(JSON.stringify(rows)).not.toContain(id)
    await asSuperuser(
      place.database,
      `UPDATE idempotency_key SET "responseSealed" = $2 WHERE "tenantId" = $1 AND "key" = 'k6'`,
      [team.tenantId, rows[0].responseSealed],
    )
    await expect(findEarlierAnswer(team.tenantId, idempotencyOf('k6'))).rejects.toMatchObject({
      code: 'secret-unreadable',
    })
  })
})
