import { describe, expect, test } from 'vitest'
import { dayMs, secondMs } from '#lib/time.ts'
import { certificates } from './certificates.ts'
import type { CertificateFact } from './facts.ts'
import { ago, downMember, factsOf, lookedAt, memberOf, notSeen, seen } from './healthy-facts.ts'

const certificate = (leftMs: number, notBefore = ago(dayMs)): CertificateFact => {
  return { subject: 'CN=x', notBefore, notAfter: ago(-leftMs) }
}
const judgeServer = (one: CertificateFact | null, settings = {}) =>
  certificates.judge(factsOf({ members: [memberOf(1n, { serverCertificate: seen(one) })] }), settings)[1]

describe('a certificate', () => {
  test.each([
    [400 * dayMs, 'ok', undefined],
    [30 * dayMs + secondMs, 'ok', undefined],
    [30 * dayMs, 'certificate-expiring', 'warning'],
    [7 * dayMs + secondMs, 'certificate-expiring', 'warning'],
    [7 * dayMs, 'certificate-expiring', 'critical'],
    [secondMs, 'certificate-expiring', 'critical'],
    [0, 'certificate-expired', 'critical'],
    [-dayMs, 'certificate-expired', 'critical'],
  ])('with %d ms left is %s %s', (leftMs, code, severity) => {
    expect(judgeServer(certificate(leftMs))).toMatchObject(severity ? { code, severity } : { verdict: code })
  })

  test('is told with its days, whole ones', () => {
    expect(judgeServer(certificate(5.9 * dayMs))).toMatchObject({
      subject: { kind: 'member', memberId: '1' },
      evidence: { owner: 'server', member: 'etcd-1', name: 'CN=x', days: 5, notAfter: ago(-5.9 * dayMs).toISOString() },
    })
  })

  test('of tomorrow is not valid yet', () => {
    expect(judgeServer(certificate(dayMs * 90, ago(-1)))).toMatchObject({ code: 'certificate-not-yet-valid' })
    expect(judgeServer(certificate(dayMs * 90, lookedAt))).toMatchObject({ verdict: 'ok' })
  })

  test('that is not there cannot end', () => {
    expect(judgeServer(null)).toMatchObject({ verdict: 'ok' })
  })

  test('is held against own limits', () => {
    expect(judgeServer(certificate(80 * dayMs), { warningDays: 90 })).toMatchObject({ severity: 'warning' })
    expect(() => judgeServer(null, { warningDays: 3 })).toThrow('threshold-out-of-order')
  })
})

test('our own is judged though no member can be reached: its end may be the reason', () => {
  const facts = factsOf({ members: [downMember(1n)], clientCertificate: seen(certificate(-1)) })
  expect(certificates.judge(facts, {})).toMatchObject([
    { subject: { kind: 'cluster' }, code: 'certificate-expired', evidence: { owner: 'client', member: 'none' } },
    { subject: { memberId: '1' }, verdict: 'unknown', reason: 'member-silent' },
  ])
})

test('what is not known of our own leaves everything open', () => {
  const facts = factsOf({ clientCertificate: notSeen('secret-unreadable') })
  expect(certificates.judge(facts, {})).toMatchObject([{ verdict: 'unknown', reason: 'call-failed' }])
})
