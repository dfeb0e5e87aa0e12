import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { verdictView } from '#lib/contracts/inspections.ts'
import { minuteMs } from '#lib/time.ts'
import type { BackupFacts, ClusterFacts, Fact, MemberFacts } from './facts.ts'
import {
  ago,
  backupsOf,
  factsOf,
  hashOf,
  keptBackup,
  listOf,
  memberOf,
  noHistory,
  notSeen,
  sampleClusterId,
  seen,
  silent,
  statusOf,
} from './healthy-facts.ts'
import { inspections } from './index.ts'
import type { SettingsOf } from './judge-all.ts'
import { judgeAll } from './judge-all.ts'
import { soundFacts } from './sound-facts.ts'

const byDefault: SettingsOf = () => ({})

function judge(facts: ClusterFacts, settingsOf = byDefault) {
  const failures: [string, unknown][] = []
  const judged = judgeAll(facts, settingsOf, ({ id }, error) => failures.push([id, error]))
  return { ...judged, failures }
}

describe('all inspections', () => {
  test('find a healthy cluster in order', () => {
    const { verdicts, failures } = judge(factsOf())
    expect(verdicts.filter(({ verdict }) => verdict !== 'ok')).toEqual([])
    expect(new Set(verdicts.map(({ inspection }) => inspection))).toEqual(new Set(inspections.map(({ id }) => id)))
    expect(failures).toEqual([])
  })

  test('give keys that name inspection, member and aspect', () => {
    const keys = judge(factsOf()).verdicts.map(({ key }) => key)
    expect(keys).toEqual(expect.arrayContaining(['quorum', 'db-size/3', 'alarms/2/nospace', 'certificates']))
  })

  test('say of a cluster nobody has looked at that they could not tell, and never that it is in order', () => {
    const nothing = notSeen('not-collected-yet')
    const facts = factsOf({
      ...{ list: nothing, admission: nothing, alarms: nothing, clientCertificate: nothing, keys: nothing },
      ...{
        quota: nothing,
        backups: nothing,
        members: [],
        expectedClusterId: null,
        history: { ...noHistory, leaderships: [] },
      },
    })
    const { verdicts, memberIds } = judge(facts)
    expect(memberIds).toBeNull()
    expect(verdicts).toHaveLength(inspections.length)
    for (const verdict of verdicts) expect(verdict).toMatchObject({ verdict: 'unknown', reason: 'not-collected-yet' })
  })

  test('judge nothing by a status of an earlier collection', () => {
    const members = [1n, 2n, 3n].map((id) => memberOf(id, { status: seen(statusOf(id), ago(2 * minuteMs)) }))
    const { verdicts } = judge(soundFacts(factsOf({ members })))
    expect(verdicts.find(({ key }) => key === 'quorum')).toMatchObject({ verdict: 'unknown', reason: 'outdated' })
  })

  test('that are switched off say nothing', () => {
    const judged = judge(factsOf(), ({ feature }) => (feature === 'alarm' ? null : {}))
    expect(judged.inspections).not.toContain('alarms')
    expect(judged.verdicts.filter(({ inspection }) => inspection === 'alarms')).toEqual([])
  })

  test('go on when one of them fails, which then could not tell', () => {
    const { verdicts, failures } = judge(factsOf(), ({ id }) => (id === 'db-size' ? { warningPercent: 'many' } : {}))
    expect(verdicts.filter(({ inspection }) => inspection === 'db-size')).toMatchObject([
      { key: 'db-size', verdict: 'unknown', reason: 'inspection-failed' },
    ])
    expect(failures).toEqual([['db-size', expect.objectContaining({ name: 'ZodError' })]])
    expect(verdicts.find(({ key }) => key === 'quorum')).toMatchObject({ verdict: 'ok' })
  })

  test('keep what members say within bounds', () => {
    const version = `3.5.9-${'x'.repeat(1000)}`
    const members = [memberOf(1n, { status: seen(statusOf(1n, { version })) }), memberOf(2n), memberOf(3n)]
    const found = judge(factsOf({ members })).verdicts.find(({ key }) => key === 'version-skew')
    expect(found).toMatchObject({ verdict: 'finding' })
    expect(JSON.stringify(found).length).toBeLessThan(1000)
  })
})

const problem = fc.constantFrom<Fact<never>>(
  ...[silent, notSeen('etcd-needs-root'), notSeen('not-asked'), notSeen('not-started'), notSeen('address-denied')],
  ...[notSeen('etcd-failed', 'odd'), notSeen('not-collected-yet'), notSeen('etcd-unavailable', 'name-unknown')],
)
const at = fc.integer({ min: -1, max: 3000 }).map((minutes) => ago(minutes * minuteMs))
const fact = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Fact<Value>> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.tuple(value, fc.oneof(fc.constant(ago(0)), at)).map(([one, time]) => seen(one, time)) },
    {
      weight: 1,
      arbitrary: problem,
    },
  )
const bytes = fc.bigInt({ min: -1n, max: 20n * 1024n ** 3n })
const version = fc.constantFrom(
  '3.4.23',
  '3.5.16',
  '3.5.30',
  '3.5.33',
  '3.6.13',
  '3.6.14',
  '3.7.1',
  '3.9.0',
  '',
  'strange',
)
const certificate = fc.oneof(
  fc.constant(null),
  fc.tuple(at, fc.integer({ min: -50, max: 50 })).map(([notBefore, days]) => {
    return { subject: 'CN=x', notBefore, notAfter: ago(days * 24 * 60 * minuteMs) }
  }),
)

const member = (id: bigint): fc.Arbitrary<MemberFacts> =>
  fc
    .record({
      name: fc.constantFrom('', `etcd-${id}`),
      isLearner: fc.constantFrom(false, false, false, true),
      downSince: fc.option(at),
      address: fc.constantFrom(null, 'https://10.0.0.1:2379', 'nonsense'),
      advertised: fact(fc.constant('https://10.0.0.1:2379')),
      status: fact(
        fc
          .record({
            version,
            dbSizeBytes: bytes,
            dbSizeInUseBytes: bytes,
            dbSizeQuotaBytes: fc.option(bytes, { nil: undefined }),
            leaderId: fc.bigInt({ min: 0n, max: 5n }),
          })
          .map((changes) => statusOf(id, changes)),
      ),
      memberList: fact(fc.tuple(fc.nat(4), fc.constantFrom(sampleClusterId, 5n)).map(([n, of]) => listOf(n, of))),
      hash: fact(
        fc.record({ hash: fc.nat(1), compactRevision: fc.bigInt(1n, 2n) }).map((changes) => hashOf(id, changes)),
      ),
      serverCertificate: fact(certificate),
    })
    .map((changes) => memberOf(id, changes))

const backups: fc.Arbitrary<BackupFacts> = fc
  .record({
    target: fc.record({ name: fc.string(), problem: fc.constantFrom(null, 'storage-denied') }),
    everySeconds: fc.nat(3_000_000),
    verified: fc.array(
      fc
        .record({ takenAt: at, verifiedAt: at, revision: fc.bigInt(0n, 1000n) })
        .map((changes) => keptBackup(0, changes)),
      { maxLength: 2 },
    ),
    sizes: fc.array(fc.record({ takenAt: at, sizeBytes: bytes, keys: bytes }), { maxLength: 6 }),
    exposure: fc.option(
      fc.record({
        since: at,
        turns: fc.nat(20),
        isExcused: fc.boolean(),
        lastDay: fc.option(fc.record({ expected: fc.nat(1440), verified: fc.nat(1440) })),
      }),
    ),
    failures: fc.record({ inRow: fc.nat(20), problem: fc.constantFrom(null, 'etcd-unavailable') }),
    drills: fc.record({
      everyDays: fc.nat(90),
      verdict: fc.option(
        fc.record({ isProven: fc.boolean(), at, problem: fc.constant('live-keys'), takenAt: fc.option(at) }),
      ),
      obstacle: fc.constantFrom(null, 'no-etcd-binary', 'timed-out'),
      provenAt: fc.option(at),
      wantedSince: fc.option(at),
    }),
  })
  .map(backupsOf)

const anyFacts: fc.Arbitrary<ClusterFacts> = fc
  .record({
    members: fc
      .nat(5)
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => member(BigInt(index + 1))))),
    expectedClusterId: fc.constantFrom(null, sampleClusterId, 9n),
    list: fact(fc.constant({ clusterId: sampleClusterId })),
    admission: fact(
      fc.record({
        username: fc.constantFrom(null, 'kstone-reader'),
        refusal: fc.constantFrom(null, 'etcd-auth-required' as const, 'etcd-auth-failed' as const),
      }),
    ),
    alarms: fact(
      fc.array(
        fc.record({ memberId: fc.bigInt(0n, 9n), kind: fc.constantFrom('nospace' as const, 'corrupt' as const) }),
      ),
    ),
    clientCertificate: fact(certificate),
    quota: fact(fc.record({ bytes, source: fc.constantFrom('metrics' as const, 'setting' as const) })),
    keys: fact(
      fc.record({
        total: fc.bigInt(0n, 4_000_000n),
        prefixes: fc.array(fc.record({ prefix: fc.string(), name: fc.string(), keys: fc.bigInt(0n, 2_000_000n) })),
      }),
    ),
    backups: fact(backups),
    history: fc.record({
      leaderships: fc.array(fc.record({ at, leaderId: fc.bigInt(0n, 5n), raftTerm: fc.bigInt(1n, 5n) })),
      versionsDifferSince: fc.option(at),
      listsDifferSince: fc.option(at),
      hashDifference: fc.option(fc.record({ comparedAt: at, times: fc.integer({ min: 1, max: 3 }) })),
    }),
  })
  .map(factsOf)

test('whatever a collection saw, each verdict is of its form, with all the evidence its sentences are made of', () => {
  const known = new Map(inspections.flatMap(({ codes }) => Object.entries(codes)))
  const met = new Set<string>()
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const { verdicts, failures } = judge(facts)
      expect(failures).toEqual([])
      for (const verdict of verdicts) {
        expect(verdictView.parse(verdict)).toEqual(verdict)
        if (verdict.verdict !== 'finding') continue
        met.add(verdict.code)
        expect(Object.keys(verdict.evidence).toSorted()).toEqual(known.get(verdict.code)?.evidence.toSorted())
      }
    }),
    { numRuns: 300 },
  )
  expect(met.size).toBeGreaterThan(20)
})
