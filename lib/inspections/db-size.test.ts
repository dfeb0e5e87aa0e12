import { describe, expect, test } from 'vitest'
import { dbSize } from './db-size.ts'
import type { ClusterFacts } from './facts.ts'
import { downMember, factsOf, memberOf, notSeen, seen, statusOf } from './healthy-facts.ts'

const gib = 1024n ** 3n

function judge(dbSizeBytes: bigint, dbSizeQuotaBytes: bigint | undefined, quota?: ClusterFacts['quota']) {
  const status = seen(statusOf(1n, { dbSizeBytes, dbSizeQuotaBytes, dbSizeInUseBytes: dbSizeBytes }))
  const facts = factsOf({ members: [memberOf(1n, { status })], ...(quota ? { quota } : {}) })
  return dbSize.judge(facts, {})[0]
}

describe('the size of a database', () => {
  test.each([
    [64_999_999n, undefined],
    [65_000_000n, 'info'],
    [74_999_999n, 'info'],
    [75_000_000n, 'warning'],
    [84_999_999n, 'warning'],
    [85_000_000n, 'critical'],
    [100_000_000n, 'critical'],
    [130_000_000n, 'critical'],
  ])('%d of 100,000,000 bytes is %s', (size, severity) => {
    expect(judge(size, 100_000_000n)).toMatchObject(severity ? { verdict: 'finding', severity } : { verdict: 'ok' })
  })

  test('is told in words of people', () => {
    expect(judge(7n * gib, 8n * gib)).toMatchObject({
      code: 'db-filling',
      subject: { kind: 'member', memberId: '1' },
      evidence: { member: 'etcd-1', memberId: '1', size: '7 GiB', quota: '8 GiB', percent: 87, quotaSource: 'status' },
    })
  })

  test('is judged for each member on its own', () => {
    const full = memberOf(2n, { status: seen(statusOf(2n, { dbSizeBytes: 8n * gib })) })
    const judged = dbSize.judge(factsOf({ members: [memberOf(1n), full, downMember(3n)] }), {})
    expect(judged.map(({ verdict }) => verdict)).toEqual(['ok', 'finding', 'unknown'])
    expect(judged[2]).toMatchObject({ reason: 'member-silent', evidence: { members: 'etcd-3' } })
  })

  test('tells whether defragmenting helps', () => {
    const judgeUse = (dbSizeInUseBytes: bigint) => {
      const status = seen(statusOf(1n, { dbSizeBytes: 7n * gib, dbSizeInUseBytes }))
      return dbSize.judge(factsOf({ members: [memberOf(1n, { status })] }), {})[0]
    }
    expect(judgeUse(gib)).toMatchObject({ evidence: { isReclaimable: true } })
    expect(judgeUse(6n * gib)).toMatchObject({ evidence: { isReclaimable: false } })
  })
})

describe('a quota', () => {
  test('that nobody knows leaves it open, however small the database is', () => {
    expect(judge(20_000n, undefined)).toMatchObject({ verdict: 'unknown', reason: 'quota-not-known' })
  })

  test.each(['metrics', 'setting'] as const)('comes from the %s where the version does not tell it', (source) => {
    const quota = seen({ bytes: 4n * gib, source })
    expect(judge(3n * gib, undefined, quota)).toMatchObject({ evidence: { quota: '4 GiB', quotaSource: source } })
  })

  test('the member tells itself goes before any other', () => {
    expect(judge(gib, 8n * gib, seen({ bytes: gib, source: 'setting' }))).toMatchObject({ verdict: 'ok' })
  })

  test('of 0 is the default of etcd, 2 GiB', () => {
    expect(judge(gib, 0n)).toMatchObject({ verdict: 'ok' })
    expect(judge(2n * gib, 0n)).toMatchObject({ evidence: { quota: '2 GiB', quotaSource: 'default', percent: 100 } })
    expect(judge(2n * gib, undefined, seen({ bytes: 0n, source: 'metrics' }))).toMatchObject({ severity: 'critical' })
  })

  test('below 0 is none: nothing can fill it', () => {
    expect(judge(900n * gib, -1n)).toMatchObject({ verdict: 'ok' })
  })

  test('that could not be read is not known', () => {
    expect(judge(gib, undefined, notSeen('connection-refused'))).toMatchObject({ reason: 'quota-not-known' })
  })
})

test('thresholds in the wrong order are refused', () => {
  expect(() => dbSize.judge(factsOf(), { warningPercent: 90 })).toThrow('threshold-out-of-order')
  expect(() => dbSize.judge(factsOf(), { infoPercent: 80 })).toThrow('threshold-out-of-order')
})
