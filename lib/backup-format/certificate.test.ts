import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import type { DrillCertificate } from './certificate.ts'
import { issueCertificate, newCertificateKey, publicKeyId, verifyCertificate } from './certificate.ts'

const key = newCertificateKey()
const findKey = (keyId: string) => (keyId === key.keyId ? key.publicPem : undefined)

const certificate: DrillCertificate = {
  drillId: 'drill',
  team: { id: 'team', name: 'Payments' },
  cluster: { id: 'cluster', name: 'prod-1' },
  etcdClusterId: 'cdf818194e3a8c32',
  backup: {
    id: 'backup',
    takenAt: '2026-11-22T08:30:05.007Z',
    revision: '9223372036854775807',
    objectKey: 'tenant/team/cluster/2026/11/backup.db',
    snapshotSha256: 'a'.repeat(64),
    storedSha256: 'b'.repeat(64),
  },
  verdict: 'proven',
  reason: null,
  etcdVersion: '3.5.16',
  comparisons: [{ what: 'keys', expected: '3', seen: '3', outcome: 'holds' }],
  tookMs: 1_234,
  startedAt: '2026-11-22T09:00:00.000Z',
  endedAt: '2026-11-22T09:00:01.234Z',
  productVersion: '0.1.0',
}

const issued = issueCertificate(certificate, key.privatePem)
const verdictOf = (document: Uint8Array, find = findKey) => verifyCertificate(document, find).verdict

describe('a drill certificate', () => {
  it('says what it was issued with, and by which key', () => {
    expect(verifyCertificate(issued, findKey)).toEqual({ verdict: 'genuine', keyId: key.keyId, certificate })
    expect(publicKeyId(key.publicPem)).toBe(key.keyId)
    expect(issued.toString()).toContain(`"keyId":"${key.keyId}"`)
  })

  it('is the same text each time it is issued', () => {
    expect(issueCertificate(certificate, key.privatePem)).toEqual(issued)
  })

  it('changed in any bit is not genuine', () => {
    fc.assert(
      fc.property(fc.nat(issued.length * 8 - 1), (bit) => {
        const changed = Buffer.from(issued)
        changed.writeUInt8((changed.at(bit >> 3) ?? 0) ^ (1 << (bit & 7)), bit >> 3)
        expect(verdictOf(changed)).not.toBe('genuine')
      }),
      { numRuns: 2_000 },
    )
  })

  it('has one spelling of its signature', () => {
    const at = issued.length - '"}'.length - 1
    for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
      const changed = Buffer.from(issued)
      changed.write(letter, at)
      expect(verdictOf(changed) === 'genuine').toBe(changed.equals(issued))
    }
  })

  it.each([
    ['the verdict', '"verdict":"proven"', '"verdict":"disproven"'],
    ['a name', 'Payments', 'payments'],
    ['a figure', '"tookMs":1234', '"tookMs":123'],
    ['a field more', '"drillId"', '"additional":1,"drillId"'],
    ['a field twice', '"verdict":"proven"', '"verdict":"disproven","verdict":"proven"'],
    ['a space', '"verdict":"proven"', '"verdict": "proven"'],
    ['another spelling', 'Payments', 'P\\u0061yments'],
  ])('with %s changed is altered', (_, from, to) => {
    const changed = issued.toString().replace(from, to)
    expect(changed).not.toBe(issued.toString())
    expect(verdictOf(Buffer.from(changed))).toBe('altered')
  })

  it('with something behind it or before it is none', () => {
    expect(verdictOf(Buffer.concat([issued, Buffer.from('\n')]))).toBe('altered')
    expect(verdictOf(Buffer.concat([Buffer.from('\ufeff'), issued]))).toBe('unreadable')
    expect(verdictOf(Buffer.concat([issued, issued]))).toBe('unreadable')
  })

  it('of a key that is not known is told apart', () => {
    const other = newCertificateKey()
    const foreign = issueCertificate(certificate, other.privatePem)
    expect(verifyCertificate(foreign, findKey)).toEqual({ verdict: 'unknown-key', keyId: other.keyId })
    expect(verdictOf(foreign, () => key.publicPem)).toBe('unknown-key')
  })

  it('that names our key and is signed with another is altered', () => {
    const other = newCertificateKey()
    const foreign = issueCertificate(certificate, other.privatePem).toString().replace(other.keyId, key.keyId)
    expect(verdictOf(Buffer.from(foreign))).toBe('altered')
  })

  it('of a later format is told apart', () => {
    const later = JSON.parse(issued.toString())
    later.certificate.version = 2
    expect(verdictOf(Buffer.from(canonicalJson(later)))).toBe('too-new')
  })

  it.each(['', '{}', '[]', 'null', '{"certificate":{},"signature":""}', '{"certificate":1', 'x'.repeat(1_048_577)])(
    'is not %.40s',
    (document) => {
      expect(verdictOf(Buffer.from(document))).toBe('unreadable')
    },
  )

  it('of any text is none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (document) => {
        expect(verdictOf(Buffer.from(document))).toBe('unreadable')
      }),
    )
  })

  it('is not issued with what it has no place for', () => {
    expect(() => issueCertificate({ ...certificate, tookMs: -1 }, key.privatePem)).toThrow()
    expect(() => issueCertificate({ ...certificate, endedAt: 'later' }, key.privatePem)).toThrow()
  })

  it('does not show its key', () => {
    expect(JSON.stringify(key)).not.toContain('PRIVATE')
  })
})
