import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compressions } from '#lib/contracts/backups.ts'
import type { BackupKeyParts } from './object-key.ts'
import { backupKey, clusterPrefix, manifestKeyOf, parseBackupKey } from './object-key.ts'

const backup: BackupKeyParts = {
  tenantId: '0192f0c1-0000-7c1f-9f10-0a5d4c1b2e3f',
  clusterId: '0192f0c1-1111-7c1f-9f10-0a5d4c1b2e3f',
  backupId: '0192f0c1-2222-7c1f-9f10-0a5d4c1b2e3f',
  takenAt: new Date('2026-11-22T08:30:05.007Z'),
  revision: 99_999n,
  compression: 'zstd',
  isEncrypted: true,
}

const id = fc.uuid()
const time = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
const anyBackup: fc.Arbitrary<BackupKeyParts> = fc.record({
  tenantId: id,
  clusterId: id,
  backupId: id,
  takenAt: time,
  revision: fc.bigInt(0n, 2n ** 63n - 1n),
  compression: fc.constantFrom(...compressions),
  isEncrypted: fc.boolean(),
})

describe('the key of a backup', () => {
  it('names team, cluster, time, revision, backup and packing', () => {
    expect(backupKey(backup)).toBe(
      'tenant/0192f0c1-0000-7c1f-9f10-0a5d4c1b2e3f/0192f0c1-1111-7c1f-9f10-0a5d4c1b2e3f/2026/11/20261122T083005007Z_r0000000000000099999_0192f0c1-2222-7c1f-9f10-0a5d4c1b2e3f.db.zst.enc',
    )
    expect(backupKey({ ...backup, compression: 'none', isEncrypted: false })).toMatch(/3f\.db$/)
    expect(backupKey({ ...backup, compression: 'gzip', isEncrypted: false })).toMatch(/3f\.db\.gz$/)
    expect(manifestKeyOf(backupKey(backup))).toBe(backupKey(backup).replace('.db.zst.enc', '.json'))
  })

  it('says all it was made of, for every backup', () => {
    fc.assert(
      fc.property(anyBackup, (parts) => {
        expect(parseBackupKey(backupKey(parts))).toEqual(parts)
      }),
    )
  })

  it('sorts as text by time, and within a millisecond by revision', () => {
    fc.assert(
      fc.property(anyBackup, anyBackup, (a, other) => {
        const b = { ...other, tenantId: a.tenantId, clusterId: a.clusterId }
        const byTime = a.takenAt.getTime() - b.takenAt.getTime()
        const byRevision = a.revision < b.revision ? -1 : 1
        if (byTime === 0 && a.revision === b.revision) return
        expect(backupKey(a) < backupKey(b)).toBe((byTime || byRevision) < 0)
      }),
    )
  })

  it('keeps its place when the revision gains a digit', () => {
    const keys = [99_998n, 99_999n, 100_000n, 100_001n].map((revision, hour) =>
      backupKey({ ...backup, revision, takenAt: new Date(Date.UTC(2026, 0, 1, hour)) }),
    )
    expect(keys.toSorted()).toEqual(keys)
  })

  it('keeps its place when a restore sets the revision back', () => {
    const before = backupKey({ ...backup, revision: 5_000_000n })
    const after = backupKey({ ...backup, revision: 12n, takenAt: new Date(backup.takenAt.getTime() + 1) })
    expect([after, before].toSorted()).toEqual([before, after])
  })

  it('of cluster foo-2 does not begin with what those of cluster foo begin with', () => {
    const prefix = clusterPrefix({ tenantId: 'team', clusterId: 'foo' })
    expect(backupKey({ ...backup, tenantId: 'team', clusterId: 'foo' }).startsWith(prefix)).toBe(true)
    for (const clusterId of ['foo-2', 'foo2', 'fo', 'afoo']) {
      expect(backupKey({ ...backup, tenantId: 'team', clusterId }).startsWith(prefix)).toBe(false)
    }
    expect(backupKey({ ...backup, tenantId: 'team-2', clusterId: 'foo' }).startsWith(prefix)).toBe(false)
  })

  it.each(['', '..', '.', 'a/b', 'a b', 'A', 'a_b', '-a', 'a-', 'a\n', 'é', 'x'.repeat(65)])(
    'is not made of the id %j',
    (text) => {
      expect(() => backupKey({ ...backup, tenantId: text })).toThrow(RangeError)
      expect(() => backupKey({ ...backup, backupId: text })).toThrow(RangeError)
      expect(() => clusterPrefix({ tenantId: 'team', clusterId: text })).toThrow(RangeError)
    },
  )

  it.each([
    { revision: -1n },
    { revision: 2n ** 63n },
    { takenAt: new Date(Number.NaN) },
    { takenAt: new Date(-1) },
    { takenAt: new Date('+010000-01-01T00:00:00Z') },
  ])('is not made of what no backup can have: %o', (part) => {
    expect(() => backupKey({ ...backup, ...part })).toThrow(RangeError)
  })

  it('has one manifest beside it, and nothing else has', () => {
    fc.assert(
      fc.property(anyBackup, (parts) => {
        const key = backupKey(parts)
        expect(manifestKeyOf(key)).toBe(key.replace(/\.db.*$/, '.json'))
        expect(() => manifestKeyOf(manifestKeyOf(key))).toThrow(RangeError)
      }),
    )
  })

  const good = backupKey(backup)
  it.each([
    ['another month than its folder', good.replace('/11/', '/12/')],
    ['another year than its folder', good.replace('/2026/', '/2025/')],
    ['a day that does not exist', good.replaceAll('/11/', '/02/').replace('20261122', '20260230')],
    ['an hour that does not exist', good.replace('T08', 'T25')],
    ['a revision without its zeros', good.replace('_r00000', '_r')],
    ['a revision no etcd has', good.replace(/_r\d+_/, '_r9999999999999999999_')],
    ['endings in another order', good.replace('.zst.enc', '.enc.zst')],
    ['another ending', `${good}.tmp`],
    ['a folder before it', `/${good}`],
    ['a line break behind it', `${good}\n`],
    ['no team', good.slice('tenant/'.length)],
    ['the manifest', manifestKeyOf(backupKey(backup))],
  ])('is not seen in a text with %s', (_, key) => {
    expect(key).not.toBe(good)
    expect(parseBackupKey(key)).toBeUndefined()
  })
})
