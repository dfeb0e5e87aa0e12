import { afterAll, beforeAll, expect, it } from 'vitest'
import { closePools } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { factsOf } from '#lib/inspections/healthy-facts.ts'
import type { JudgedCollection } from '#lib/services/collections/write-findings.ts'
import { writeFindings } from '#lib/services/collections/write-findings.ts'
import { minuteMs } from '#lib/time.ts'
import { addFinding, addWatchedCluster } from '#tests/support/watched-clusters.ts'
import { createTeam, openWorkplace } from '#tests/support/work-team.ts'

beforeAll(() => openWorkplace(), 300_000)
afterAll(() => closePools())

/** A collection at a time after which no inspection finds anything, or judges anything at all. */
function clean(clusterId: string, at: Date, verdicts: JudgedCollection['judged']['verdicts']): JudgedCollection {
  const collected = { facts: { ...factsOf(), at } }
  const judged = { verdicts, inspections: verdicts.map(({ inspection }) => inspection), memberIds: null }
  return { order: { clusterId }, collected, judged }
}

it('findings of clusters that are written together are resolved each at the time of its own collection', async () => {
  const team = await createTeam()
  const { tenantId } = team
  const [one, other, clockBack] = [
    await addWatchedCluster(team),
    await addWatchedCluster(team),
    await addWatchedCluster(team),
  ]
  const openedAt = new Date('2026-11-23T03:00:00.123Z')
  const after = (minutes: number) => new Date(openedAt.getTime() + minutes * minuteMs)
  const cleared = await addFinding(team, { clusterId: one, openedAt, key: 'db-size' })
  const off = await addFinding(team, { clusterId: one, openedAt, inspection: 'quorum', key: 'quorum' })
  const later = await addFinding(team, { clusterId: other, openedAt, key: 'db-size' })
  const early = await addFinding(team, { clusterId: clockBack, openedAt, key: 'db-size' })
  const isOk = [
    { inspection: 'db-size', key: 'db-size', subject: { kind: 'cluster' }, verdict: 'ok' },
  ] satisfies JudgedCollection['judged']['verdicts']
  const accepted = [clean(one, after(1), isOk), clean(other, after(7), isOk), clean(clockBack, after(-1), isOk)]
  expect(await withTenant(tenantId, (db) => writeFindings(db, tenantId, accepted))).toEqual(
    new Set([one, other, clockBack]),
  )
  const rows = await withTenant(tenantId, (db) => db.finding.findMany({ where: { tenantId } }))
  const resolved = Object.fromEntries(rows.map(({ id, resolvedAt, resolution }) => [id, [resolution, resolvedAt]]))
  expect(resolved).toEqual({
    [cleared]: ['cleared', after(1)],
    [off]: ['switched-off', after(1)],
    [later]: ['cleared', after(7)],
    [early]: ['cleared', openedAt],
  })
})
