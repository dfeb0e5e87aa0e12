import { expect, test } from 'vitest'
import type { EtcdAlarm } from '#lib/etcd/maintenance.ts'
import { alarms } from './alarms.ts'
import { downMember, factsOf, memberOf, notSeen, seen, statusOf } from './healthy-facts.ts'

const judge = (raised: EtcdAlarm[], members = [memberOf(1n), memberOf(2n)]) =>
  alarms.judge(factsOf({ members, alarms: seen(raised) }), {})
const found = (raised: EtcdAlarm[], members = [memberOf(1n), memberOf(2n)]) =>
  judge(raised, members).filter(({ verdict }) => verdict === 'finding')

test('no alarm is in order, for each member and kind, and for those nobody lists', () => {
  const judged = judge([])
  expect(judged).toHaveLength(6)
  expect(judged.every(({ verdict }) => verdict === 'ok')).toBe(true)
})

test('one member may have raised both, and each is found on its own', () => {
  const raised = (['nospace', 'corrupt'] as const).map((kind) => ({ memberId: 2n, kind }))
  expect(found(raised)).toMatchObject([
    { subject: { memberId: '2' }, aspect: 'nospace', severity: 'critical', code: 'alarm-nospace' },
    { subject: { memberId: '2' }, aspect: 'corrupt', severity: 'critical', code: 'alarm-corrupt' },
  ])
})

test('an alarm told twice is found once', () => {
  const twice = [
    { memberId: 1n, kind: 'nospace' },
    { memberId: 1n, kind: 'nospace' },
  ] as const
  expect(found([...twice])).toHaveLength(1)
})

test('members that were removed leave their alarms behind, which are one finding however many', () => {
  const strangers = [0xffn, 0xfen, 0xfdn].map((memberId) => ({ memberId, kind: 'nospace' as const }))
  expect(found(strangers)).toMatchObject([
    {
      subject: { kind: 'cluster' },
      aspect: 'nospace',
      evidence: { member: 'ff', address: 'none', size: 'unknown', quota: 'unknown' },
    },
  ])
})

test('a full database is told with what is known of it', () => {
  const status = seen(statusOf(1n, { dbSizeBytes: 2n * 1024n ** 3n, dbSizeQuotaBytes: 0n }))
  expect(found([{ memberId: 1n, kind: 'nospace' }], [memberOf(1n, { status })])).toMatchObject([
    { evidence: { size: '2 GiB', quota: '2 GiB', revision: '500', permissions: 'checked' } },
  ])
  expect(found([{ memberId: 1n, kind: 'nospace' }], [downMember(1n)])).toMatchObject([
    { evidence: { size: 'unknown', revision: 'unknown', permissions: 'unknown' } },
  ])
})

test.each([
  ['3.5.33', 'unchecked'],
  ['3.4.45', 'unchecked'],
  ['3.6.0', 'checked'],
  ['unheard of', 'unknown'],
])('etcd %s leaves permissions %s while it is full', (version, permissions) => {
  const members = [memberOf(1n, { status: seen(statusOf(1n, { version })) })]
  expect(found([{ memberId: 1n, kind: 'nospace' }], members)).toMatchObject([{ evidence: { permissions } }])
})

test('alarms that could not be read are not none', () => {
  const facts = factsOf({ alarms: notSeen('etcd-permission-denied') })
  expect(alarms.judge(facts, {})).toMatchObject([{ verdict: 'unknown', reason: 'not-let-in' }])
})
