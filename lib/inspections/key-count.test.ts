import { expect, test } from 'vitest'
import { factsOf, notSeen, seen } from './healthy-facts.ts'
import { keyCount } from './key-count.ts'
import { writeKeyPrefix } from './key-prefix.ts'

const prefixOf = (name: string, keys: bigint) => ({ prefix: `/registry/${name}/`, name, keys })

function judge(total: bigint, prefixes: ReturnType<typeof prefixOf>[] = [], settings = {}) {
  return keyCount.judge(factsOf({ keys: seen({ total, prefixes }) }), settings)[0]
}

test.each([
  [0n, undefined, undefined],
  [999_998n, undefined, undefined],
  [1_000_000n, 'warning', 'kstone'],
  [2_999_999n, 'warning', 'kstone'],
  [3_000_000n, 'critical', 'etcdctl-check'],
])('%d keys in all', (total, severity, source) => {
  const half = total / 2n
  const prefixes = [prefixOf('pods', half < 499_999n ? half : 499_999n), prefixOf('leases', 499_999n)]
  expect(judge(total, prefixes)).toMatchObject(severity ? { code: 'keys-many', severity, source } : { verdict: 'ok' })
})

test.each([
  [499_999n, { verdict: 'ok' }],
  [500_000n, { code: 'prefix-keys-many', severity: 'warning', evidence: { prefixName: 'events', allowed: 500_000 } }],
])('%d keys under one prefix', (keys, expected) => {
  expect(judge(600_000n, [prefixOf('pods', 10n), prefixOf('events', keys)])).toMatchObject(expected)
})

test.each([
  [499_999n, { verdict: 'ok' }],
  [500_000n, { verdict: 'unknown', reason: 'not-all-counted' }],
])('%d keys under prefixes that were not counted', (others, expected) => {
  expect(judge(others)).toMatchObject(expected)
  expect(judge(others + 10n, [prefixOf('pods', 10n)])).toMatchObject(expected)
  const all = { prefix: '/registry/', name: '/registry/', keys: 10n }
  expect(judge(others + 10n, [all, prefixOf('pods', 10n)])).toMatchObject(expected)
})

test('what is too much is told of, whatever else was not counted', () => {
  expect(judge(2_000_000n)).toMatchObject({ code: 'keys-many' })
  expect(judge(999_999n, [prefixOf('pods', 500_000n)])).toMatchObject({ code: 'prefix-keys-many' })
})

test('a prefix that is no ASCII is shown as text', () => {
  const prefix = writeKeyPrefix(Buffer.from('/用户/'))
  expect(judge(500_000n, [{ prefix, name: '/用户/', keys: 500_000n }])).toMatchObject({
    evidence: { prefix: '/用户/' },
  })
})

test('too many in all are one finding that names the largest prefixes', () => {
  const prefixes = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, index) => prefixOf(name, BigInt(index) * 300_000n))
  expect(judge(4_500_000n, prefixes)).toMatchObject({
    code: 'keys-many',
    evidence: {
      total: 4_500_000,
      prefix: '/registry/f/',
      prefixName: 'f',
      prefixKeys: 1_500_000,
      largest: ['f 1500000', 'e 1200000', 'd 900000', 'c 600000', 'b 300000'],
    },
  })
})

test('own limits hold in place of the defaults', () => {
  expect(judge(100n, [], { totalWarningKeys: 100 })).toMatchObject({ severity: 'warning' })
  expect(() => judge(100n, [], { totalWarningKeys: 5_000_000 })).toThrow('threshold-out-of-order')
})

test('keys that were never counted are not few', () => {
  const facts = factsOf({ keys: notSeen('not-collected-yet') })
  expect(keyCount.judge(facts, {})).toMatchObject([{ verdict: 'unknown', reason: 'not-collected-yet' }])
})
