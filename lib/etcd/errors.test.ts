import { status } from '@grpc/grpc-js'
import { describe, expect, test } from 'vitest'
import type { FailedCall } from './errors.ts'
import { toEtcdError, wasNeverSent } from './errors.ts'

const call: FailedCall = {
  name: 'KV/Txn',
  endpoint: 'https://etcd:2379',
  isWrite: true,
  needsRoot: false,
  hasCertificate: true,
}
const {
  UNAVAILABLE,
  UNKNOWN,
  DEADLINE_EXCEEDED,
  INTERNAL,
  OUT_OF_RANGE,
  RESOURCE_EXHAUSTED,
  UNIMPLEMENTED,
  DATA_LOSS,
} = status
const fail = (code: number, details: string, changes: Partial<FailedCall> = {}) =>
  toEtcdError({ code, details }, { ...call, ...changes })

describe('what etcd says', () => {
  test.each([
    { code: UNAVAILABLE, said: 'etcdserver: no leader', found: 'etcd-no-leader', outcome: 'not-done' },
    {
      code: UNAVAILABLE,
      said: 'etcdserver: request timed out, possibly due to previous leader failure',
      found: 'etcd-timeout',
      outcome: 'unknown',
    },
    { code: UNAVAILABLE, said: 'etcdserver: leader changed', found: 'etcd-timeout', outcome: 'unknown' },
    { code: DEADLINE_EXCEEDED, said: 'Deadline exceeded after 5.0s', found: 'etcd-timeout', outcome: 'unknown' },
    { code: UNAVAILABLE, said: 'Connection dropped', found: 'etcd-unavailable', outcome: 'unknown' },
    {
      code: INTERNAL,
      said: 'Received RST_STREAM with code 0 (Call ended without gRPC status)',
      found: 'etcd-unavailable',
      outcome: 'unknown',
    },
    {
      code: OUT_OF_RANGE,
      said: 'etcdserver: mvcc: required revision has been compacted',
      found: 'etcd-compacted',
      outcome: 'not-done',
    },
    {
      code: RESOURCE_EXHAUSTED,
      said: 'etcdserver: mvcc: database space exceeded',
      found: 'etcd-nospace',
      outcome: 'not-done',
    },
    { code: RESOURCE_EXHAUSTED, said: 'etcdserver: too many requests', found: 'etcd-busy', outcome: 'not-done' },
    {
      code: RESOURCE_EXHAUSTED,
      said: 'Received message larger than max (9 vs 4)',
      found: 'etcd-too-large',
      outcome: 'not-done',
    },
    { code: DATA_LOSS, said: 'etcdserver: corrupt cluster', found: 'etcd-corrupt', outcome: 'not-done' },
    {
      code: UNAVAILABLE,
      said: 'etcdserver: rpc not supported for learner',
      found: 'etcd-learner',
      outcome: 'not-done',
    },
    {
      code: UNIMPLEMENTED,
      said: 'unknown method AuthStatus for service etcdserverpb.Auth',
      found: 'etcd-unsupported',
      outcome: 'not-done',
    },
    { code: UNKNOWN, said: 'something new', found: 'etcd-failed', outcome: 'unknown' },
  ])('$said is $found, and a write $outcome', ({ code, said, found, outcome }) => {
    expect(fail(code, said)).toMatchObject({ code: found, details: { outcome, said } })
  })

  test('of a missing right is a missing root only where root is demanded', () => {
    const said = 'auth: permission denied'
    expect([fail(UNKNOWN, said).code, fail(UNKNOWN, said, { needsRoot: true }).code]).toEqual([
      'etcd-permission-denied',
      'etcd-needs-root',
    ])
  })

  test('of an unknown user is about who asks, unless a user was asked about', () => {
    const said = 'etcdserver: user name not found'
    expect([fail(9, said).code, fail(9, said, { name: 'Auth/UserGet' }).code]).toEqual([
      'etcd-auth-required',
      'etcd-not-found',
    ])
  })
})

describe('a connection that did not come about', () => {
  const last = (said: string) => `No connection established. Last error: ${said}. Resolution note: `

  test.each([
    ['connect ECONNREFUSED 127.0.0.1:2379', 'etcd-unavailable', 'connection-refused'],
    ['connect EHOSTUNREACH 10.0.0.1:2379', 'etcd-unavailable', 'host-unreachable'],
    ['Failed to connect (2026-11-22T20:37:42.682Z)', 'etcd-unavailable', 'connection-reset'],
    ['Error: self-signed certificate in certificate chain', 'etcd-tls-failed', 'certificate-untrusted'],
    ['Error: certificate has expired', 'etcd-tls-failed', 'certificate-expired'],
    ['Error: certificate is not yet valid', 'etcd-tls-failed', 'certificate-not-yet-valid'],
    [
      "Error: Hostname/IP does not match certificate's altnames: Host: a. is not b",
      'etcd-tls-failed',
      'certificate-name-mismatch',
    ],
    [
      'SSL routines:ssl3_read_bytes:tlsv13 alert certificate required: SSL alert number 116',
      'etcd-tls-failed',
      'client-certificate-required',
    ],
    [
      'SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca: SSL alert number 48',
      'etcd-tls-failed',
      'client-certificate-refused',
    ],
    ['SSL routines:tls_validate_record_header:wrong version number', 'etcd-tls-failed', 'tls-not-spoken'],
  ])('%s is %s for the reason %s, and nothing was sent', (said, code, reason) => {
    const error = fail(UNAVAILABLE, last(said))
    expect(error).toMatchObject({
      code,
      retryable: code === 'etcd-unavailable',
      details: { reason, outcome: 'not-done' },
    })
    expect(wasNeverSent(error)).toBe(true)
  })

  test('for a bad certificate lacks one where none was shown', () => {
    const said = last('SSL routines:ssl3_read_bytes:ssl/tls alert bad certificate: SSL alert number 42')
    expect([fail(UNAVAILABLE, said), fail(UNAVAILABLE, said, { hasCertificate: false })]).toMatchObject([
      { details: { reason: 'client-certificate-refused' } },
      { details: { reason: 'client-certificate-required' } },
    ])
  })
})

test('what a stranger says instead is told clean, on one line, and in bounded length', () => {
  const error = fail(UNKNOWN, `\n\x1b[31m<script>\0\r\n\u202e${'x'.repeat(10_000)}`)
  const { said } = error.details
  expect(said).toMatch(/^\uFFFD\[31m<script>\uFFFD \uFFFDx+$/)
  expect(String(said)).toHaveLength(500)
  expect(error.message).toBe(`KV/Txn at https://etcd:2379: ${said}`)
})
