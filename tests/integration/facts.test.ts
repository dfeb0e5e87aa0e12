import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InspectionFeature } from '#lib/contracts/inspections.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { collectCluster } from '#lib/inspections/collect/collect-cluster.ts'
import type { ClusterFacts, FactName } from '#lib/inspections/facts.ts'
import { catalogueFacts, factsNamed, isSeen, seenValue } from '#lib/inspections/facts.ts'
import { factsWanted } from '#lib/inspections/facts-wanted.ts'
import { inspections } from '#lib/inspections/index.ts'
import { Secret } from '#lib/secret.ts'
import { changeClusterSettings } from '#lib/services/inspections/change-cluster-settings.ts'
import { fill } from '#scripts/demo/fill.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { accessTo, countCalls } from '#tests/support/etcd-access.ts'
import { inspectRested } from '#tests/support/findings-watch.ts'
import type { RelayedEtcd } from '#tests/support/relayed-etcd.ts'
import { watchRelayed } from '#tests/support/relayed-etcd.ts'
import type { WatchedFleet } from '#tests/support/watched-fleet.ts'
import { openWatchedFleet } from '#tests/support/watched-fleet.ts'

const root = { username: 'root', password: new Secret('of-root') }
const reader = { username: 'kstone-reader', password: new Secret('of-reader') }
const users = [
  { name: root.username, password: root.password },
  { name: reader.username, password: reader.password, grants: [{ access: 'read' as const, prefix: '' }] },
]

/** So many keys of each group, by what people call it. */
const kubernetes = {
  '/registry/pods/default/': ['pods', 7],
  '/registry/deployments/shop/': ['apps/deployments', 3],
  '/registry/minions/': ['nodes', 4],
  '/registry/services/specs/default/': ['services', 2],
  '/registry/services/endpoints/default/': ['endpoints', 5],
  '/registry/cert-manager.io/certificates/shop/': ['cert-manager.io/certificates', 6],
  '/registry/events/default/': ['events', 40],
} as const
const apisix = {
  '/apisix/routes/': ['routes', 12],
  '/apisix/upstreams/': ['upstreams', 9],
  '/apisix/consumers/': ['consumers', 1],
  '/other/': ['/other/', 8],
  '/用户/': ['/用户/', 3],
} as const
type Keys = Readonly<Record<string, readonly [name: string, count: number]>>

function* entriesOf(keys: Keys) {
  for (const [prefix, [, count]] of Object.entries(keys)) {
    for (let key = 0; key < count; key += 1) yield { key: `${prefix}${key}`, value: Buffer.from('{}') }
  }
}

const wanted = factsWanted(() => ({}))

async function collectAll(etcd: RunningEtcd, hasUsers: boolean): Promise<ClusterFacts> {
  const { facts } = await collectCluster({
    access: accessTo(etcd, hasUsers ? { reader, root } : {}),
    at: new Date(),
    expectedClusterId: null,
    wanted,
    memory: undefined,
    isForgotten: false,
    hashDifference: null,
    isAsked: true,
    signal: AbortSignal.timeout(60_000),
  })
  return facts
}

let plain: RunningEtcd
let locked: RunningEtcd
let seen: Readonly<Record<'plain' | 'locked', ClusterFacts>>

beforeAll(async () => {
  plain = await startEtcd({ version: '3.4', members: 3 })
  locked = await startEtcd({ version: '3.5', members: 3, tls: 'mutual', users })
  await fill(plain, entriesOf(kubernetes), undefined)
  await fill(locked, entriesOf(apisix), root.password.reveal())
  seen = { plain: await collectAll(plain, false), locked: await collectAll(locked, true) }
}, 300_000)

afterAll(() => Promise.all([plain?.stop(), locked?.stop()]))

/** What no etcd is asked for is told by our own catalogue, which no collection reads. */
const named = new Set(inspections.flatMap(({ needs, uses = [] }) => [...needs, ...uses])).difference(catalogueFacts)

describe.each(['plain', 'locked'] as const)('the %s cluster of three members', (which) => {
  it.each([...named])('tells the fact %s, each of its members where it is theirs', (name: FactName) => {
    const facts = factsNamed(seen[which], name)
    expect(facts).toHaveLength(name.startsWith('members.') ? 3 : 1)
    expect(facts.flatMap((fact) => (isSeen(fact) ? [] : fact.problem))).toEqual([])
  })

  it('has its keys counted by group', () => {
    const groups: [string, Keys][] = Object.entries({ plain: kubernetes, locked: apisix })
    const keys = groups.find(([name]) => name === which)?.[1] ?? {}
    const counts = seenValue(seen[which].keys) ?? expect.fail('counts')
    const counted = Object.fromEntries(counts.prefixes.map(({ name, keys: held }) => [name, Number(held)]))
    expect(counted).toEqual(Object.fromEntries(Object.values(keys)))
    expect(Number(counts.total)).toBe(Object.values(keys).reduce((sum, [, count]) => sum + count, 0))
  })

  it('has hashes that compare', () => {
    const hashes = seen[which].members.map(({ hash }) => seenValue(hash) ?? expect.fail('a hash'))
    expect(
      new Set(hashes.map(({ hash, revision, compactRevision }) => `${hash} ${revision} ${compactRevision}`)).size,
    ).toBe(1)
  })
})

it('certificates are those of this cluster, and of ours; none where nobody shows one', () => {
  const { clientCertificate, members } = seen.locked
  expect(seenValue(clientCertificate)).toMatchObject({ subject: 'CN=kstone' })
  expect(members.map(({ serverCertificate }) => seenValue(serverCertificate)?.subject)).toEqual([
    'CN=etcd',
    'CN=etcd',
    'CN=etcd',
  ])
  expect(seenValue(seen.plain.clientCertificate)).toBeNull()
  expect(seen.plain.members.map(({ serverCertificate }) => seenValue(serverCertificate))).toEqual([null, null, null])
})

it('nothing is collected that no inspection judges by', () => {
  expect([...wanted].toSorted()).toEqual([...named].toSorted())
})

describe('a feature that is switched off', () => {
  let fleet: WatchedFleet
  let relayed: RelayedEtcd
  beforeAll(async () => {
    fleet = await openWatchedFleet()
    relayed = await watchRelayed(fleet, locked, {
      tls: {
        caPem: locked.tls?.caPem,
        clientCertPem: locked.tls?.clientCertPem,
        clientKeyPem: locked.tls?.clientKeyPem.reveal(),
      },
      reader: { ...reader, password: reader.password.reveal() },
      root: { ...root, password: root.password.reveal() },
    })
    await fleet.inspect(relayed.watched)
  }, 300_000)
  afterAll(async () => {
    await fleet?.[Symbol.asyncDispose]()
    await relayed?.[Symbol.asyncDispose]()
  })

  const count = (method: string) => countCalls(openEtcd(accessTo(locked)).metrics, accessTo(locked), method)
  const counts = async () => ({
    hashes: await count('HashKV'),
    counting: await count('Range'),
    alarms: await count('Alarm'),
    lists: await count('MemberList'),
    statuses: await count('Status'),
    handshakes: relayed.relays.reduce((sum, { total }) => sum + total, 0),
  })

  /** What one collection that somebody asks for costs the etcd. */
  async function costOf(features: Partial<Record<InspectionFeature, boolean>>) {
    const { watched } = relayed
    await changeClusterSettings(watched.team, { clusterId: watched.clusterId, features })
    await fleet.interval(watched)
    const before = await counts()
    await inspectRested(fleet, watched)
    const after = await counts()
    const names = Object.keys(after) as (keyof typeof after)[]
    return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as typeof after
  }

  const allOn = { healthy: true, consistency: true, alarm: true, request: true, backupcheck: true }

  it('costs the etcd nothing from the next collection on, and no other feature its calls', async () => {
    const all = await costOf(allOn)
    expect(all).toMatchObject({ hashes: 3, alarms: 0, lists: 3 })
    expect(all.counting).toBeGreaterThan(Object.keys(apisix).length)

    const withoutConsistency = await costOf({ ...allOn, consistency: false })
    expect(withoutConsistency).toMatchObject({ hashes: 0, lists: 1, counting: all.counting })
    expect(withoutConsistency.handshakes).toBeGreaterThanOrEqual(3)

    // The one that is left is for one key, which shows whether we are let in.
    expect(await costOf({ ...allOn, request: false })).toMatchObject({ hashes: 3, counting: 1 })
    // One of each member for its certificate; the one that is left is for the metrics of one, which name the hashes to compare.
    expect(all.handshakes).toBe(4)
    expect(await costOf({ ...allOn, healthy: false })).toMatchObject({
      handshakes: 1,
      counting: all.counting - 1,
      hashes: 3,
    })
    expect(await costOf({ ...allOn, alarm: false })).toMatchObject({ hashes: 3, counting: all.counting, alarms: 0 })

    const none = await costOf({ healthy: false, consistency: false, alarm: false, request: false, backupcheck: false })
    expect(none).toEqual({ hashes: 0, counting: 0, alarms: 0, lists: 1, statuses: 3, handshakes: 0 })
    expect(await fleet.verdicts(relayed.watched)).toEqual([])
    expect(await fleet.stateOf(relayed.watched)).toMatchObject({ state: 'running', membersUp: 3 })
    expect(await costOf(allOn)).toMatchObject({ hashes: 3, counting: all.counting })
  })
})
