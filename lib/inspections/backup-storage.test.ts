import { expect, test } from 'vitest'
import { backupStorage } from './backup-storage.ts'
import { ago, backupsOf, factsOf, seen } from './healthy-facts.ts'

const failing = { target: { name: 'bucket', problem: 'storage-denied' } }
const exposed = (turns: number, isExcused = false) => ({
  exposure: { since: ago(0), turns, isExcused, lastDay: null },
})

test.each([
  ['works', exposed(5), { verdict: 'ok' }],
  ['fails, with a fresh backup', { ...failing, ...exposed(0) }, { severity: 'warning' }],
  ['fails, with a late one', { ...failing, ...exposed(2) }, { severity: 'warning' }],
  ['fails, with none for three turns', { ...failing, ...exposed(3) }, { severity: 'critical' }],
  ['fails, before the first turn', { ...failing, ...exposed(3, true) }, { severity: 'warning' }],
])('a storage that %s', (_, changes, expected) => {
  expect(backupStorage.judge(factsOf({ backups: seen(backupsOf(changes)) }), {})).toMatchObject([expected])
})

test('names the storage, what failed, and how old the newest backup is', () => {
  const backups = seen(backupsOf({ ...failing, verified: [] }))
  expect(backupStorage.judge(factsOf({ backups }), {})).toMatchObject([
    { code: 'backup-storage-failing', evidence: { target: 'bucket', problem: 'storage-denied', newest: 'none' } },
  ])
})
