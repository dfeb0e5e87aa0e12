import { expect, test } from 'vitest'
import { hourMs } from '#lib/time.ts'
import { ago, downMember, factsOf, lookedAt, memberOf, noHistory, seen, statusOf } from './healthy-facts.ts'
import { versionSkew } from './version-skew.ts'

const running = (id: bigint, version: string) => memberOf(id, { status: seen(statusOf(id, { version })) })

function judge(versions: string[], since: Date | null = null) {
  const members = versions.map((version, index) => running(BigInt(index + 1), version))
  return versionSkew.judge(factsOf({ members, history: { ...noHistory, versionsDifferSince: since } }), {})[0]
}

test.each([[['3.5.16']], [['3.5.16', '3.5.16', '3.5.16']]])('%j is in order', (versions) => {
  expect(judge(versions)).toMatchObject({ verdict: 'ok' })
})

test.each([
  [null, 'info'],
  [ago(hourMs - 1), 'info'],
  [ago(hourMs), 'warning'],
  [ago(24 * hourMs - 1), 'warning'],
  [ago(24 * hourMs), 'critical'],
])('different ones since %j are %s', (since, severity) => {
  expect(judge(['3.5.16', '3.5.9', '3.5.16'], since)).toMatchObject({
    severity,
    source: 'kstone',
    evidence: {
      versions: ['3.5.9: etcd-2', '3.5.16: etcd-1, etcd-3'],
      since: (since ?? lookedAt).toISOString(),
      isTooFar: false,
    },
  })
})

test.each([
  [['3.4.30', '3.6.1'], 'critical'],
  [['3.4.30', '3.5.9', '3.6.1'], 'critical'],
  [['3.5.9', '3.6.1'], 'info'],
  [['3.6.0-rc.1', '3.6.0'], 'info'],
  [['strange', '3.6.0'], 'info'],
])('%j at once is %s: members may be one minor version apart', (versions, severity) => {
  expect(judge(versions)).toMatchObject({ verdict: 'finding', severity })
})

test('a silent member may run anything', () => {
  const facts = factsOf({ members: [running(1n, '3.5.9'), running(2n, '3.5.9'), downMember(3n)] })
  expect(versionSkew.judge(facts, {})).toMatchObject([
    { verdict: 'unknown', reason: 'member-silent', evidence: { members: 'etcd-3' } },
  ])
})

test('what differs already differs whatever the silent one runs', () => {
  const facts = factsOf({ members: [running(1n, '3.5.9'), running(2n, '3.5.16'), downMember(3n)] })
  expect(versionSkew.judge(facts, {})).toMatchObject([{ verdict: 'finding' }])
})
