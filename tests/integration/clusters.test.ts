import { lookup } from 'node:dns/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClusterView, ImportCluster } from '#lib/contracts/clusters.ts'
import { clusterSorts, importClusterBody, listClustersQuery, updateClusterBody } from '#lib/contracts/clusters.ts'
import { severities } from '#lib/contracts/inspections.ts'
import { closePools } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { makeAuthority } from '#lib/etcd-server/certificates.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { newId } from '#lib/ids.ts'
import { Secret } from '#lib/secret.ts'
import { diagnoseCluster } from '#lib/services/clusters/diagnose-cluster.ts'
import { getCluster } from '#lib/services/clusters/get-cluster.ts'
import { importCluster } from '#lib/services/clusters/import-cluster.ts'
import { listClusters } from '#lib/services/clusters/list-clusters.ts'
import { removeCluster } from '#lib/services/clusters/remove-cluster.ts'
import { updateCluster } from '#lib/services/clusters/update-cluster.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { startCanary } from '#tests/support/canary.ts'
import { checkList, grantPorts, verdicts } from '#tests/support/cluster-imports.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

const canary = 'canary-of-the-reader-9c1f'
let place: Workplace
let etcd: RunningEtcd
let locked: RunningEtcd

beforeAll(async () => {
  place = await openWorkplace()
  ;[etcd, locked] = await Promise.all([
    startEtcd({ members: 3 }),
    startEtcd({
      tls: 'server',
      users: [
        { name: 'root', password: new Secret('root-password') },
        { name: 'reader', password: new Secret(canary), grants: [{ access: 'read', prefix: '' }] },
      ],
    }),
  ])
}, 300_000)

afterAll(async () => {
  await Promise.all([etcd?.stop(), locked?.stop()])
  await closePools()
})

/** A team that may dial both. */
async function teamWithReach(): Promise<TenantContext> {
  const team = await createTeam({ plan: 'business' })
  const addresses = [...etcd.members, ...locked.members].map(({ clientUrl }) => new URL(clientUrl))
  await withSystem((db) =>
    db.addressGrant.createMany({
      data: addresses.map(({ hostname, port }) => ({ tenantId: team.tenantId, address: hostname, port: Number(port) })),
    }),
  )
  return team
}

const openEndpoints = () => etcd.members.map(({ clientUrl }) => clientUrl)

function body(more: Partial<Record<keyof ImportCluster, unknown>> = {}): ImportCluster {
  return importClusterBody.parse({ name: `c-${newId()}`, endpoints: openEndpoints(), ...more })
}

function lockedBody(more: object = {}): ImportCluster {
  return body({
    endpoints: locked.members.map(({ clientUrl }) => clientUrl),
    tls: { caPem: locked.tls?.caPem },
    reader: { username: 'reader', password: canary },
    ...more,
  })
}

describe('bringing a cluster in', () => {
  it('keeps what was seen of it: members, leader, version, state', async () => {
    const team = await teamWithReach()
    const made = await importCluster(team, body({ labels: { env: 'prod' } }))
    expect(made).toMatchObject({
      state: 'running',
      version: etcd.version,
      membersTotal: 3,
      membersUp: 3,
      problem: null,
    })
    expect(made.members.filter(({ isLeader }) => isLeader)).toHaveLength(1)
    expect(made.members.every(({ state, address }) => state === 'up' && address !== null)).toBe(true)
    expect(made.diagnosis?.isUsable).toBe(true)
    expect(await getCluster(team, { clusterId: made.id })).toEqual({ ...made, diagnosis: undefined })
  })

  it('stores credentials sealed, shows them never, and looks again with them', async () => {
    const team = await teamWithReach()
    const made = await importCluster(team, lockedBody())
    expect(made).toMatchObject({ reader: { username: 'reader', changedBy: team.actor.label }, root: null })
    const { rows } = await asSuperuser(
      place.database,
      `SELECT string_agg(t::text, ' ') AS all FROM cluster_credential t UNION ALL SELECT string_agg(t::text, ' ') FROM cluster t
       UNION ALL SELECT string_agg(t::text, ' ') FROM audit_event t UNION ALL SELECT string_agg(t::text, ' ') FROM event t`,
    )
    expect(JSON.stringify(rows)).not.toContain(canary)
    const { tenantId, signal } = team
    const look = await diagnoseCluster({ tenantId, signal, clusterId: made.id })
    expect(look.isUsable).toBe(true)
  })

  it('refuses what does not answer as an etcd that lets us in, with the diagnosis and without a trace', async () => {
    const team = await teamWithReach()
    await expect(
      importCluster(team, lockedBody({ reader: { username: 'reader', password: 'wrong' } })),
    ).rejects.toMatchObject({
      code: 'cluster-not-usable',
      details: { diagnosis: { isUsable: false } },
    })
    expect((await listClusters(team, listClustersQuery.parse({}))).items).toEqual([])
  })

  it('takes a cluster in that is down just now when the caller accepts that', async () => {
    const team = await teamWithReach()
    await withSystem((db) =>
      db.addressGrant.create({ data: { tenantId: team.tenantId, address: '127.0.0.1', port: 1 } }),
    )
    const made = await importCluster(team, body({ endpoints: ['http://127.0.0.1:1'], acceptFailing: true }))
    expect(made).toMatchObject({ state: 'unreachable', problem: 'connection-refused', membersTotal: 0 })
  })

  it('never dials an address nobody granted, whatever the caller accepts', async () => {
    const stranger = await createTeam()
    await expect(importCluster(stranger, body({ acceptFailing: true }))).rejects.toMatchObject({
      code: 'cluster-not-usable',
    })
  })

  it("never dials Kstone's own database or Redis, even where somebody granted them", async () => {
    const team = await teamWithReach()
    const { hostname, port } = new URL(place.env.DATABASE_URL_APP ?? '')
    const redis = new URL(place.env.REDIS_URL ?? '')
    for (const [host, own] of [
      [hostname, port],
      [redis.hostname, redis.port],
    ] as const) {
      const { address } = await lookup(host)
      await withSystem((db) =>
        db.addressGrant.create({ data: { tenantId: team.tenantId, address, port: Number(own) } }),
      )
      const refused = importCluster(team, body({ endpoints: [`http://${host}:${own}`], acceptFailing: true }))
      await expect(refused).rejects.toMatchObject({
        details: {
          diagnosis: {
            stages: expect.arrayContaining([
              expect.objectContaining({
                code: 'address-denied',
                evidence: expect.objectContaining({ reason: 'ours' }),
              }),
            ]),
          },
        },
      })
    }
  })

  it('refuses a key that does not belong to the certificate at its field, before it dials', async () => {
    const team = await teamWithReach()
    const tls = { caPem: locked.tls?.caPem, clientCertPem: locked.tls?.caPem }
    await expect(importCluster(team, lockedBody({ tls }))).rejects.toMatchObject({
      code: 'tls-material-invalid',
      details: { issues: expect.arrayContaining([expect.objectContaining({ path: 'tls.clientKeyPem' })]) },
    })
  })

  it('is told where the same etcd is in already, by whatever name of its address', async () => {
    const team = await teamWithReach()
    const { diagnosis } = await importCluster(team, body({ name: 'first' }))
    expect(diagnosis?.summary.knownAs).toEqual([])
    const localhost = openEndpoints().map((url) => url.replace('127.0.0.1', 'localhost'))
    const again = await importCluster(team, body({ name: 'second', endpoints: localhost }))
    expect(again.diagnosis?.summary.knownAs).toEqual(['first'])
    expect((await importCluster(await teamWithReach(), body())).diagnosis?.summary.knownAs).toEqual([])
  })

  it('lets of two of the same name only one in', async () => {
    const team = await teamWithReach()
    const both = await Promise.allSettled([
      importCluster(team, body({ name: 'twin' })),
      importCluster(team, body({ name: 'twin' })),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('changing a cluster', () => {
  it('tries new credentials before they replace the old, which stay when they fail', async () => {
    const team = await teamWithReach()
    const { id: clusterId } = await importCluster(team, lockedBody())
    const wrong = updateClusterBody.parse({ reader: { username: 'reader', password: 'wrong' } })
    await expect(updateCluster(team, { clusterId, ...wrong })).rejects.toMatchObject({ code: 'cluster-not-usable' })
    const { tenantId, signal } = team
    expect((await diagnoseCluster({ tenantId, signal, clusterId })).isUsable).toBe(true)
  })

  it('keeps what it does not name, and takes away what is null', async () => {
    const team = await teamWithReach()
    const { id: clusterId } = await importCluster(team, body({ labels: { env: 'prod' }, description: 'pays' }))
    const renamed = await updateCluster(team, { clusterId, ...updateClusterBody.parse({ description: '' }) })
    expect(renamed).toMatchObject({ description: '', labels: { env: 'prod' }, diagnosis: null })
    const moved = await updateCluster(team, {
      clusterId,
      ...updateClusterBody.parse({ endpoints: openEndpoints().slice(0, 1) }),
    })
    expect(moved).toMatchObject({ endpoints: openEndpoints().slice(0, 1), state: 'running', membersTotal: 3 })
  })

  it('is collected from the beginning, not while it is paused, and anew at once when it goes on or is reached another way', async () => {
    const team = await teamWithReach()
    const { id: clusterId, name } = await importCluster(team, body())
    const { tenantId } = team
    const key = { tenantId_clusterId: { tenantId, clusterId } }
    const state = () => withTenant(tenantId, (db) => db.collectionState.findUnique({ where: key }))
    const later = new Date(Date.now() + 3_600_000)
    const putOff = () =>
      withTenant(tenantId, (db) => db.collectionState.update({ where: key, data: { nextDueAt: later } }))
    const change = (wish: object) => updateCluster(team, { clusterId, ...updateClusterBody.parse(wish) })
    const made = await state()
    expect(made).toMatchObject({ everySeconds: 60, attempt: 0, nextDueAt: expect.any(Date) })
    expect(made?.shard).toBeLessThan(32)
    await putOff()
    await change({ description: 'pays' })
    expect(await state()).toMatchObject({ nextDueAt: later, attempt: 0 })
    await change({ isPaused: true })
    // What is under way is fenced, so that it cannot say when the next one is due.
    expect(await state()).toMatchObject({ nextDueAt: null, attempt: 1 })
    await change({ description: 'rests' })
    expect(await state()).toMatchObject({ nextDueAt: null, attempt: 1 })
    await change({ isPaused: false })
    expect((await state())?.nextDueAt?.getTime()).toBeLessThanOrEqual(Date.now() + 1000)
    await putOff()
    await change({ endpoints: openEndpoints().slice(0, 1) })
    expect((await state())?.nextDueAt?.getTime()).toBeLessThanOrEqual(Date.now() + 1000)
    await removeCluster(team, { clusterId, confirmName: name })
    expect(await state()).toBeNull()
  })
})

describe('stored passwords', () => {
  it('never go where they were not given for: nothing is dialled until they are given again', async () => {
    const team = await teamWithReach()
    await using canaryServer = await startCanary()
    await grantPorts(team.tenantId, [canaryServer.port])
    const root = { username: 'root', password: 'root-password' }
    const { id: clusterId, name } = await importCluster(team, lockedBody({ root }))
    const stored = locked.members.map(({ clientUrl }) => clientUrl)
    const port = stored.map((url) => new URL(url).port)[0]
    const elsewhere = { endpoints: [`https://127.0.0.1:${canaryServer.port}`] }
    const changes = [
      elsewhere,
      { endpoints: [`http://127.0.0.1:${canaryServer.port}`] },
      { endpoints: stored.map((url) => url.replace('https', 'http')) },
      { addressMap: { [`127.0.0.1:${port}`]: `127.0.0.1:${canaryServer.port}` } },
      { tls: { caPem: (await makeAuthority('another CA')).certPem } },
      { tls: { serverName: 'evil.example.com' } },
    ]
    for (const change of changes) {
      const wish = updateClusterBody.parse({ ...change, acceptFailing: true, acceptAnother: true })
      await expect(updateCluster(team, { clusterId, ...wish })).rejects.toMatchObject({
        code: 'passwords-needed',
        details: { issues: [{ path: 'reader.password' }, { path: 'root.password' }] },
      })
    }
    // One of two is not enough.
    const half = updateClusterBody.parse({ ...elsewhere, reader: { username: 'reader', password: canary } })
    await expect(updateCluster(team, { clusterId, ...half })).rejects.toMatchObject({ code: 'passwords-needed' })
    const again = 'etcd-password-needed-again'
    const listed = await checkList(team, [{ name, ...elsewhere }])
    expect(await verdicts(team, listed)).toEqual([[name, 'refused', again, again]])
    expect(canaryServer.connects).toEqual([])

    const given = updateClusterBody.parse({
      ...elsewhere,
      reader: { username: 'reader', password: canary },
      root: null,
    })
    await expect(updateCluster(team, { clusterId, ...given })).rejects.toMatchObject({ code: 'cluster-not-usable' })
    expect(canaryServer.connects.length).toBeGreaterThan(0)
  })

  it('stay for addresses they went to before', async () => {
    const team = await teamWithReach()
    const advertised = locked.members.map(({ clientUrl }) => clientUrl)
    const named = advertised.map((url) => url.replace('127.0.0.1', 'localhost'))
    const { id: clusterId } = await importCluster(team, lockedBody({ endpoints: named }))
    const wish = updateClusterBody.parse({ endpoints: advertised })
    expect(await updateCluster(team, { clusterId, ...wish })).toMatchObject({ endpoints: advertised, state: 'running' })
  })
})

describe('a cluster that is another one', () => {
  it('is not taken for the one it was: its passwords and backups would go astray', async () => {
    const team = await teamWithReach()
    const { id: clusterId, etcdClusterId } = await importCluster(team, body())
    const elsewhere = {
      endpoints: locked.members.map(({ clientUrl }) => clientUrl),
      tls: { caPem: locked.tls?.caPem },
      reader: { username: 'reader', password: canary },
    }
    await expect(updateCluster(team, { clusterId, ...updateClusterBody.parse(elsewhere) })).rejects.toMatchObject({
      code: 'cluster-is-another',
    })
    expect(await getCluster(team, { clusterId })).toMatchObject({ endpoints: openEndpoints(), etcdClusterId })
    const moved = await updateCluster(team, {
      clusterId,
      ...updateClusterBody.parse({ ...elsewhere, acceptAnother: true }),
    })
    expect(moved.etcdClusterId).not.toBe(etcdClusterId)
  })

  it('behind an unchanged address is told, and its members are not written over', async () => {
    const team = await teamWithReach()
    const { id: clusterId, members } = await importCluster(team, body())
    const { tenantId, signal } = team
    await withTenant(tenantId, (db) =>
      db.cluster.update({ where: { tenantId_id: { tenantId, id: clusterId } }, data: { etcdClusterId: '7' } }),
    )
    await diagnoseCluster({ tenantId, signal, clusterId })
    const now = await getCluster(team, { clusterId })
    expect(now).toMatchObject({ state: 'unknown', problem: 'cluster-is-another', etcdClusterId: '7' })
    expect(now.members.map(({ memberId }) => memberId)).toEqual(members.map(({ memberId }) => memberId))
    expect(now.members.map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown'])
  })
})

describe('two people at one cluster', () => {
  it('do not mix: a way that was tried while another replaced it is refused', async () => {
    const team = await teamWithReach()
    const { id: clusterId } = await importCluster(team, body())
    const [first, second] = openEndpoints()
    const both = await Promise.allSettled([
      updateCluster(team, { clusterId, ...updateClusterBody.parse({ endpoints: [first] }) }),
      updateCluster(team, { clusterId, ...updateClusterBody.parse({ endpoints: [second] }) }),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } })
  })

  it('one protects what the other removes: protection that was in time holds', async () => {
    const team = await teamWithReach()
    const { id: clusterId, name } = await importCluster(team, body())
    const [protectedFirst, removed] = await Promise.allSettled([
      updateCluster(team, { clusterId, ...updateClusterBody.parse({ isProtected: true }) }),
      removeCluster(team, { clusterId, confirmName: name }),
    ])
    // Whoever comes second meets what the first has done.
    expect([protectedFirst.status, removed.status].toSorted()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('removing a cluster', () => {
  it('asks for its name, not while it is protected, and leaves nothing of it behind', async () => {
    const team = await teamWithReach()
    const { id: clusterId, name } = await importCluster(team, lockedBody({ isProtected: true }))
    await expect(removeCluster(team, { clusterId, confirmName: name })).rejects.toMatchObject({
      code: 'cluster-protected',
    })
    await updateCluster(team, { clusterId, ...updateClusterBody.parse({ isProtected: false }) })
    await expect(removeCluster(team, { clusterId, confirmName: 'other' })).rejects.toMatchObject({
      code: 'confirmation-mismatch',
    })
    await removeCluster(team, { clusterId, confirmName: name })
    await expect(getCluster(team, { clusterId })).rejects.toMatchObject({ code: 'not-found' })
    const { rows } = await asSuperuser(
      place.database,
      'SELECT (SELECT count(*) FROM cluster_credential WHERE "clusterId" = $1) + (SELECT count(*) FROM cluster_member WHERE "clusterId" = $1) AS left',
      [clusterId],
    )
    expect(Number(rows[0].left)).toBe(0)
  })

  it('is not possible for another team, which sees none of it', async () => {
    const [team, other] = await Promise.all([teamWithReach(), teamWithReach()])
    const { id: clusterId, name } = await importCluster(team, body())
    for (const attempt of [
      () => getCluster(other, { clusterId }),
      () => updateCluster(other, { clusterId, ...updateClusterBody.parse({ description: 'mine' }) }),
      () => removeCluster(other, { clusterId, confirmName: name }),
      () => diagnoseCluster({ tenantId: other.tenantId, signal: other.signal, clusterId }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'not-found' })
    }
  })
})

describe('the list', () => {
  let team: TenantContext

  beforeAll(async () => {
    team = await createTeam({ plan: 'business' })
    const { tenantId } = team
    const old = { version: '3.5.16', versionKey: '003.005.016' }
    const young = { version: '3.10.2', versionKey: '003.010.002' }
    const rows = Array.from({ length: 23 }, (_, n) => ({
      tenantId,
      id: newId(),
      name: `cluster-${String((n * 7) % 23).padStart(2, '0')}`,
      provider: 'imported',
      state: n % 3 === 0 ? 'degraded' : 'running',
      ...(n % 2 === 0 ? old : young),
      labels: n % 4 === 0 ? { env: 'prod' } : { env: 'test', zone: '' },
      dbSizeBytes: BigInt(n % 5) * 10n ** BigInt(n % 12),
      findingsWorst: n % 4,
    }))
    await withTenant(tenantId, (db) => db.cluster.createMany({ data: rows }))
  })

  it.each([
    [{ q: 'CLUSTER-0' }, 10],
    [{ state: 'degraded' }, 8],
    [{ version: '3.10' }, 11],
    [{ version: '3.1' }, 0],
    [{ label: 'env=prod' }, 6],
    [{ label: 'zone' }, 17],
    [{ label: 'zone=' }, 17],
    [{ severity: 'critical' }, 5],
    [{ severity: 'info', state: 'degraded' }, 2],
  ])('filtered by %o has %i clusters', async (query, count) => {
    const { items } = await listClusters(team, listClustersQuery.parse({ limit: 200, ...query }))
    expect(items).toHaveLength(count)
  })

  async function readAll(sort: string): Promise<ClusterView[]> {
    const seen: ClusterView[] = []
    let cursor: string | null | undefined
    do {
      const query = listClustersQuery.parse({ limit: 5, sort, ...(cursor ? { cursor } : {}) })
      const page = await listClusters(team, query)
      seen.push(...page.items)
      cursor = page.nextCursor
    } while (cursor)
    return seen
  }

  const compared = {
    createdAt: ({ createdAt }: ClusterView) => Date.parse(createdAt),
    name: ({ name }: ClusterView) => Number(name.slice(-2)),
    state: ({ state }: ClusterView) => ['degraded', 'running'].indexOf(state),
    version: ({ version }: ClusterView) => ['3.5.16', '3.10.2'].indexOf(version),
    size: ({ dbSizeBytes }: ClusterView) => Number(dbSizeBytes ?? 0),
    severity: ({ findings }: ClusterView) => [null, ...severities].indexOf(findings.worst),
  }

  it.each(clusterSorts)('pages by %s both ways without loss', async (sort) => {
    const [up, down] = [await readAll(sort), await readAll(`-${sort}`)]
    expect(new Set(up.map(({ id }) => id)).size).toBe(23)
    expect(down.map(({ id }) => id)).toEqual(up.map(({ id }) => id).toReversed())
    const values = up.map(compared[sort])
    expect(values).toEqual(values.toSorted((a, b) => a - b))
  })
})
