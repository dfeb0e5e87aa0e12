import { expect, test } from 'vitest'
import { backupSize } from './backup-size.ts'
import { backupSizeOf, backupsOf, factsOf, seen } from './healthy-facts.ts'

const mb = 1_000_000n

function judge(sizes: readonly bigint[], settings = {}, keys: readonly bigint[] = []) {
  const compared = sizes.map((size, hours) =>
    backupSizeOf(hours, { sizeBytes: size * mb, keys: keys[hours] ?? 10_000n }),
  )
  return backupSize.judge(factsOf({ backups: seen(backupsOf({ sizes: compared })) }), settings)[0]
}

test.each([
  ['half as much again', 300n, { verdict: 'ok' }],
  ['more than half as much again', 301n, { severity: 'info', evidence: { direction: 'larger', percent: 50 } }],
  ['five times as much', 1_000n, { severity: 'info', evidence: { percent: 400 } }],
  ['half', 100n, { verdict: 'ok' }],
  ['less than half', 99n, { severity: 'info', evidence: { direction: 'smaller', percent: 50 } }],
])('%s of 200 MB', (_, size, expected) => {
  expect(judge([size, 200n, 200n, 200n, 200n, 200n])).toMatchObject(expected)
})

test('a database that lost its keys as well as its size is worth a warning, one that was only defragmented is not', () => {
  const former = [1_000n, 1_000n, 1_000n]
  expect(judge([10n, ...former], {}, [100n])).toMatchObject({ severity: 'warning', evidence: { usualKeys: 10_000 } })
  expect(judge([10n, ...former], {}, [9_000n])).toMatchObject({ severity: 'info' })
  expect(judge([5_000n, ...former], {}, [100n])).toMatchObject({ severity: 'info', evidence: { direction: 'larger' } })
})

test('a small cluster may grow as it likes', () => {
  expect(judge([100n, 1n, 1n, 1n])).toMatchObject({ verdict: 'ok' })
  expect(judge([102n, 1n, 1n, 1n])).toMatchObject({ code: 'backup-size-jumped' })
  expect(judge([12n, 1n, 1n, 1n], { changeMegabytes: 10 })).toMatchObject({ code: 'backup-size-jumped' })
})

test('the middle counts, not one that was odd itself', () => {
  expect(judge([200n, 200n, 5_000n, 200n, 1n, 200n])).toMatchObject({ verdict: 'ok' })
})

test('fewer than three before it are no measure', () => {
  expect(judge([900n, 1n, 1n])).toMatchObject({ verdict: 'unknown', reason: 'too-few-backups' })
  expect(judge([])).toMatchObject({ verdict: 'unknown', reason: 'too-few-backups' })
})

test('sizes of nothing divide nothing', () => {
  expect(judge([200n, 0n, 0n, 0n])).toMatchObject({ evidence: { percent: 100 } })
})
