import { expect, test } from 'vitest'
import { retentionPolicy } from '#lib/contracts/backups.ts'
import { backupsKeptMax } from './backups-kept-max.ts'

const hourly = { kind: 'interval', seconds: 3_600 } as const

test('a ladder keeps no more than all of its rungs', () => {
  expect(backupsKeptMax(retentionPolicy.parse({ kind: 'ladder' }), hourly)).toBe(72 + 7 + 4)
})

test('hours of which all are kept hold as many backups as are taken in them', () => {
  const policy = retentionPolicy.parse({ kind: 'ladder', keepAllHours: 2 })
  expect(backupsKeptMax(policy, { kind: 'interval', seconds: 300 })).toBe(83 + 24)
  expect(backupsKeptMax(policy, { kind: 'cron', expression: '* * * * *', timeZone: 'UTC' })).toBe(83 + 120)
})

test('the newest so many are so many', () => {
  expect(backupsKeptMax({ kind: 'last', count: 9 }, hourly)).toBe(9)
})
