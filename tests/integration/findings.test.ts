import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FindingView, Severity } from '#lib/contracts/inspections.ts'
import { findingView, listFindingsQuery, severities } from '#lib/contracts/inspections.ts'
import { closePools } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { getCluster } from '#lib/services/clusters/get-cluster.ts'
import { countFindings } from '#lib/services/findings/count-findings.ts'
import { getFinding } from '#lib/services/findings/get-finding.ts'
import { listFindings } from '#lib/services/findings/list-findings.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { addFinding, addWatchedCluster } from '#tests/support/watched-clusters.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace
beforeAll(async () => {
  place = await openWorkplace()
}, 300_000)
afterAll(() => closePools())

const query = (more: object = {}) => listFindingsQuery.parse(more)

async function readAll(team: TenantContext, more: object = {}): Promise<FindingView[]> {
  const seen: FindingView[] = []
  let cursor: string | null = null
  do {
    const page = await listFindings(team, query({ limit: 3, ...more, ...(cursor ? { cursor } : {}) }))
    seen.push(...page.items)
    cursor = page.nextCursor
  } while (cursor)
  return seen
}

const ids = (findings: readonly { id: string }[]) => findings.map(({ id }) => id)

describe('a finding', () => {
  it('is shown with its cluster, its feature and the commands for this very cluster, and no secret', async () => {
    const team = await createTeam()
    const clusterId = await addWatchedCluster(team, {
      name: 'orders-prod',
      tls: { caPem: 'CA', clientCertPem: 'CERT' },
    })
    await withTenant(team.tenantId, (db) =>
      db.clusterCredential.createMany({
        data: ['reader', 'root', 'client-key'].map((kind) => {
          return {
            tenantId: team.tenantId,
            clusterId,
            kind,
            username: `the-${kind}`,
            sealed: 'sealed',
            changedBy: 'Ada',
          }
        }),
      }),
    )
    const id = await addFinding(team, { clusterId })
    const finding = findingView.parse(await getFinding(team, { findingId: id }))
    expect(finding).toMatchObject({
      ...{ id, clusterId, clusterName: 'orders-prod', inspection: 'db-size', feature: 'healthy', severity: 'warning' },
      ...{ code: 'db-filling', source: 'openshift', subject: { kind: 'cluster' }, state: 'open', resolution: null },
    })
    const [status, defragment] = finding.commands
    expect(status).toContain('--endpoints=https://10.0.0.1:2379,https://10.0.0.2:2379')
    expect(status).toMatch(/--cacert=.*--cert=.*--user=the-reader/)
    expect(defragment).toMatch(/--endpoints=https:\/\/10.0.0.1:2379 .*--user=the-root defrag/)
    expect(JSON.stringify(finding)).not.toContain('sealed')
  })

  it('is not there for another team, nor when it never was', async () => {
    const [team, other] = [await createTeam(), await createTeam()]
    const findingId = await addFinding(team, { clusterId: await addWatchedCluster(team) })
    await expect(getFinding(other, { findingId })).rejects.toMatchObject({ code: 'not-found' })
    await expect(getFinding(team, { findingId: newId() })).rejects.toMatchObject({ code: 'not-found' })
    expect((await listFindings(other, query())).items).toEqual([])
  })

  it('of an inspection that is no more is neither listed nor counted, and breaks nothing', async () => {
    const team = await createTeam()
    const clusterId = await addWatchedCluster(team)
    const findingId = await addFinding(team, { clusterId, inspection: 'former', severity: 'critical' })
    const kept = await addFinding(team, { clusterId, source: 'former' })
    expect(ids(await readAll(team))).toEqual([kept])
    await expect(getFinding(team, { findingId })).rejects.toMatchObject({ code: 'not-found' })
    expect((await getCluster(team, { clusterId })).findings).toMatchObject({ open: 1, worst: 'warning' })
    const newestFinding = { id: findingId, inspection: 'former', code: 'x', severity: 'info', evidence: {} }
    await withTenant(team.tenantId, (db) =>
      db.cluster.updateMany({ where: { tenantId: team.tenantId }, data: { newestFinding } }),
    )
    expect((await getCluster(team, { clusterId })).findings.newest).toBeNull()
  })
})

describe('the list of findings', () => {
  let team: TenantContext
  let [prod, test] = ['', '']
  const all: { id: string; severity: Severity; openedAt: Date }[] = []

  beforeAll(async () => {
    team = await createTeam()
    prod = await addWatchedCluster(team, { labels: { env: 'prod', region: 'eu' } })
    test = await addWatchedCluster(team, { labels: { env: 'test' } })
    for (let n = 0; n < 20; n += 1) {
      const severity = severities[n % 3] ?? 'info'
      // Some are of one moment.
      const openedAt = new Date(1_700_000_000_000 + (n >> 1) * 1000)
      const inspection = n % 2 === 0 ? 'db-size' : 'quorum'
      const clusterId = n % 4 === 0 ? test : prod
      all.push({ id: await addFinding(team, { clusterId, severity, openedAt, inspection }), severity, openedAt })
    }
    for (const resolution of ['cleared', 'subject-gone']) {
      await addFinding(team, { clusterId: prod, resolvedAt: new Date(), resolution })
    }
  }, 60_000)

  const byTime = (a: (typeof all)[number], b: (typeof all)[number]) =>
    a.openedAt.getTime() - b.openedAt.getTime() || (a.id < b.id ? -1 : 1)
  const bySeverity = (a: (typeof all)[number], b: (typeof all)[number]) =>
    severities.indexOf(a.severity) - severities.indexOf(b.severity) || byTime(a, b)

  it('shows what is open, the worst first and of those the newest, page by page without loss', async () => {
    expect(ids(await readAll(team))).toEqual(ids(all.toSorted(bySeverity).toReversed()))
  })

  it.each([1, 2, 5, 200])('sorts by severity and by age, both ways, with pages of %i', async (limit) => {
    expect(ids(await readAll(team, { limit, sort: 'severity' }))).toEqual(ids(all.toSorted(bySeverity)))
    expect(ids(await readAll(team, { limit, sort: 'openedAt' }))).toEqual(ids(all.toSorted(byTime)))
    expect(ids(await readAll(team, { limit, sort: '-openedAt' }))).toEqual(ids(all.toSorted(byTime).toReversed()))
  })

  it.each([
    [{ severity: 'critical' }, 6],
    [{ severity: 'critical', sort: '-openedAt' }, 6],
    [{ inspection: 'quorum' }, 10],
    [{ inspection: 'alarms' }, 0],
    [{ label: 'env=test' }, 5],
    [{ label: 'region' }, 15],
    [{ label: 'env=test', inspection: 'quorum' }, 0],
    [{ state: 'resolved' }, 2],
    [{ state: 'resolved', severity: 'critical' }, 0],
  ])('filtered by %o holds %i', async (filter, count) => {
    const found = await readAll(team, filter)
    expect(new Set(ids(found)).size).toBe(count)
    expect(found).toHaveLength(count)
  })

  it('is narrowed to a cluster, and a cursor fits no other filter', async () => {
    expect(await readAll(team, { clusterId: test })).toHaveLength(5)
    expect(await readAll(team, { clusterId: newId() })).toEqual([])
    const { nextCursor } = await listFindings(team, query({ limit: 3 }))
    await expect(listFindings(team, query({ limit: 3, clusterId: test, cursor: nextCursor }))).rejects.toMatchObject({
      code: 'cursor-invalid',
    })
  })
})

describe('what lists of clusters show of findings', () => {
  it('is how many are open, how bad the worst is and what the newest says, and is not written again while it stays', async () => {
    const team = await createTeam()
    const { tenantId } = team
    const clusterId = await addWatchedCluster(team)
    const recount = () =>
      withTenant(tenantId, (db) => countFindings(db, { tenantId, clusterIds: [clusterId, newId()] }))
    expect((await getCluster(team, { clusterId })).findings).toEqual({ open: 0, worst: null, newest: null })
    await addFinding(team, { clusterId, openedAt: new Date('2026-01-01T00:00:00.5Z') })
    const newer = await addFinding(team, { clusterId, openedAt: new Date('2026-01-02T00:00:00.123Z') })
    await addFinding(team, { clusterId, severity: 'info', openedAt: new Date('2026-01-03T00:00:00Z') })
    const { findings } = await getCluster(team, { clusterId })
    expect(findings).toMatchObject({
      open: 3,
      worst: 'warning',
      newest: { id: newer, code: 'db-filling', openedAt: '2026-01-02T00:00:00.123Z', evidence: { percent: 80 } },
    })
    expect(await recount()).toBe(0)
    await withTenant(tenantId, (db) =>
      db.finding.updateMany({
        where: { tenantId, clusterId },
        data: { resolvedAt: new Date(), resolution: 'cleared' },
      }),
    )
    expect(await recount()).toBe(1)
    expect((await getCluster(team, { clusterId })).findings).toEqual({ open: 0, worst: null, newest: null })
  })
})

describe('a hundred thousand findings', () => {
  it('are read by an index in the order they are listed', async () => {
    const team = await createTeam()
    const clusterId = await addWatchedCluster(team)
    await asSuperuser(
      place.database,
      `INSERT INTO finding ("tenantId", "id", "clusterId", "inspection", "key", "subject", "severity", "code", "source",
                            "evidence", "openedAt", "seenAt", "changedAt", "resolvedAt", "resolution")
       SELECT $1, gen_random_uuid(), $2, (ARRAY['db-size', 'quorum', 'alarms'])[1 + n % 3], n::text,
              '{"kind":"cluster"}', CASE WHEN n % 1000 = 0 THEN 3 ELSE 1 + n % 2 END, 'db-filling', 'kstone', '{}',
              now() - n * interval '1 s', now(), now(), resolved, CASE WHEN resolved IS NOT NULL THEN 'cleared' END
         FROM generate_series(1, 100000) AS n, LATERAL (SELECT CASE WHEN n % 2 = 0 THEN now() END AS resolved) AS r`,
      [team.tenantId, clusterId],
    )
    await asSuperuser(place.database, 'ANALYZE finding')
    for (const [order, index] of [
      ['"severity" DESC, "openedAt" DESC, "id" DESC', 'finding_open_idx'],
      ['"openedAt" DESC, "id" DESC', 'finding_tenantId_openedAt_id_idx'],
    ]) {
      const { rows } = await asSuperuser(
        place.database,
        `EXPLAIN SELECT * FROM finding WHERE "tenantId" = '${team.tenantId}' AND "resolvedAt" IS NULL
            AND "inspection" IN ('db-size', 'quorum', 'alarms') ORDER BY ${order} LIMIT 51`,
      )
      expect(rows.map((row) => row['QUERY PLAN']).join()).toMatch(new RegExp(`Index Scan.* using "?${index}`))
    }
  }, 120_000)
})
