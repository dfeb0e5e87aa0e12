import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from './canonical-json.ts'
import { canonicalJson } from './canonical-json.ts'
import type { BackupManifest } from './manifest.ts'
import { readManifest, writeManifest } from './manifest.ts'

const manifest: BackupManifest = {
  tenantId: '0192f0c1-0000-7c1f-9f10-0a5d4c1b2e3f',
  clusterId: '0192f0c1-1111-7c1f-9f10-0a5d4c1b2e3f',
  backupId: '0192f0c1-2222-7c1f-9f10-0a5d4c1b2e3f',
  etcdClusterId: 0xcdf818194e3a8c32n,
  member: { id: 0x8e9e05c52164694dn, name: 'etcd-0', role: 'follower' },
  serverVersion: '3.5.16',
  snapshot: {
    sizeBytes: 20_512,
    sha256: 'a'.repeat(64),
    revision: 2n ** 63n - 1n,
    compactRevision: null,
    liveKeys: 3,
    totalEntries: 17,
    keysPerGroup: { '/registry/pods': 2, other: 1 },
  },
  stored: {
    objectKey: 'tenant/a/b/2026/11/20261122T083005007Z_r0000000000000099999_c.db.zst.enc',
    sizeBytes: 5_000,
    sha256: 'b'.repeat(64),
    compression: 'zstd',
    encryption: { algorithm: 'aes-256-gcm', keyId: 'team-key-1', chunkBytes: 65_536 },
  },
  startedAt: new Date('2026-11-22T08:30:05.007Z'),
  endedAt: new Date('2026-11-22T08:30:09.100Z'),
  checks: ['digest', 'pages', 'read-back'],
  reason: 'schedule',
  requestedBy: 'schedule',
  productVersion: '0.1.0',
}

type Changed = Record<string, unknown>
const stored = (change: (json: Changed) => unknown = (json) => json) =>
  Buffer.from(JSON.stringify(change(JSON.parse(writeManifest(manifest).toString()))))

const withRevision = (digits: string) =>
  Buffer.from(writeManifest(manifest).toString().replace(`"${manifest.snapshot.revision}"`, `"${digits}"`))

describe('a manifest', () => {
  it('is read as it was written', () => {
    expect(readManifest(writeManifest(manifest))).toEqual(manifest)
    const plain = { ...manifest, stored: { ...manifest.stored, compression: 'none' as const, encryption: null } }
    expect(readManifest(writeManifest(plain))).toEqual(plain)
  })

  it('says 64-bit numbers without loss: revisions in decimal, ids in hexadecimal', () => {
    expect(JSON.parse(writeManifest(manifest).toString())).toMatchObject({
      version: 1,
      etcdClusterId: 'cdf818194e3a8c32',
      member: { id: '8e9e05c52164694d' },
      snapshot: { revision: '9223372036854775807', compactRevision: null },
      startedAt: '2026-11-22T08:30:05.007Z',
    })
  })

  it('is the same text for the same backup', () => {
    const turned = Object.fromEntries(Object.entries(manifest).reverse())
    expect(writeManifest({ ...manifest, ...turned })).toEqual(writeManifest(manifest))
  })

  it('is read though it has fields that are not known here', () => {
    const more = stored((json) => ({
      ...json,
      more: 1,
      member: { ...manifest.member, id: '8e9e05c52164694d', rack: 'a' },
    }))
    expect(readManifest(more)).toEqual(manifest)
  })

  it('of a newer format is refused with the version that wrote it', () => {
    const newer = stored((json) => ({ ...json, version: 2, productVersion: '9.1.0', snapshot: 'elsewhere' }))
    expect(() => readManifest(newer)).toThrow(
      expect.objectContaining({
        code: 'backup-format-too-new',
        details: { version: 2, known: 1, productVersion: '9.1.0' },
      }),
    )
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no JSON', Buffer.from('{"version":1')],
    ['no text', Buffer.from([0x22, 0xff, 0x22])],
    ['a list', Buffer.from('[]')],
    ['no version', stored(({ version: _, ...json }) => json)],
    ['version 0', stored((json) => ({ ...json, version: 0 }))],
    ['version 1.5', stored((json) => ({ ...json, version: 1.5 }))],
    ['a field missing', stored(({ clusterId: _, ...json }) => json)],
    ['a time that does not exist', stored((json) => ({ ...json, endedAt: '2026-02-30T00:00:00Z' }))],
    ['a checksum that is none', stored((json) => ({ ...json, stored: { ...manifest.stored, sha256: 'x' } }))],
    ['a negative revision', withRevision('-1')],
    ['a revision beyond 64 bits', withRevision(`${2n ** 64n}`)],
    ['more than a megabyte', Buffer.from(JSON.stringify({ version: 1, more: 'x'.repeat(1_048_576) }))],
  ])('with %s is refused', (_, bytes) => {
    expect(() => readManifest(bytes)).toThrow(expect.objectContaining({ code: 'backup-manifest-unreadable' }))
  })

  it('of any bytes is read or refused, and never anything else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((json) => Buffer.from(json)),
        ),
        (bytes) => {
          expect(() => readManifest(bytes)).toThrow(expect.objectContaining({ code: 'backup-manifest-unreadable' }))
        },
      ),
    )
  })

  it('with more groups than a page holds is not written', () => {
    const keysPerGroup = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`group ${index}`, index]))
    expect(() => writeManifest({ ...manifest, snapshot: { ...manifest.snapshot, keysPerGroup } })).toThrow()
  })
})

describe('canonical JSON', () => {
  it.each<[Json, string]>([
    [{ b: 1, a: [true, null, 'ä'], aa: {} }, '{"a":[true,null,"ä"],"aa":{},"b":1}'],
    // The examples of RFC 8785, section 3.2.
    [
      {
        numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27],
        string: '€$\u000f\nA\'B"\\\\"/',
        literals: [null, true, false],
      },
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    ],
    [
      { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 },
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    ],
    [-0, '0'],
    [{ here: 1, gone: undefined }, '{"here":1}'],
  ])('of %j is %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text)
  })

  it('says what JSON says, whatever the order', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: Json = JSON.parse(JSON.stringify(value))
        const text = canonicalJson(plain)
        expect(JSON.parse(text)).toEqual(plain)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
      }),
    )
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\ud800': 1 }])('has no %j', (value) => {
    expect(() => canonicalJson(value)).toThrow(RangeError)
  })
})
