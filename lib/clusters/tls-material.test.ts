import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { makeAuthority } from '#lib/etcd-server/certificates.ts'
import en from '#lib/i18n/messages/en/validation.json' with { type: 'json' }
import { Secret } from '#lib/secret.ts'
import { addMs, dayMs } from '#lib/time.ts'
import type { TlsFiles } from './tls-material.ts'
import { inspectTlsMaterial } from './tls-material.ts'

const now = new Date()
const past = { notBefore: addMs(now, -20 * dayMs), notAfter: addMs(now, -10 * dayMs) }
const future = { notBefore: addMs(now, 10 * dayMs), notAfter: addMs(now, 90 * dayMs) }
const authority = await makeAuthority('our CA')
const stranger = await makeAuthority('another CA')
const expiredAuthority = await makeAuthority('old CA', past)
const client = await authority.issue({ name: 'reader', usages: ['client'] })
const other = await authority.issue({ name: 'somebody', usages: ['client'] })
const server = await authority.issue({ name: 'etcd-0', hosts: ['etcd-0.example.com', '10.0.0.1'], usages: ['server'] })
const strange = await stranger.issue({ name: 'strange', usages: ['client'] })
const expired = await authority.issue({ name: 'late', usages: ['client'], ...past })
const early = await authority.issue({ name: 'early', usages: ['client'], ...future })
const soon = await authority.issue({ name: 'soon', usages: ['client'], notAfter: addMs(now, 5.5 * dayMs) })
const protectedKey = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey
const torn = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'

/** openssl req -x509 -days 36500 -subj /CN=etcd-7, not a CA, for etcd-7.example.com and 10.0.0.7 */
const selfSigned = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUZtwzD+tG7MpMjYVEtIiuLArCY/YwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGZXRjZC03MCAXDTI2MTEyMjIwMjAxN1oYDzIxMjYxMDI5MjAy
MDE3WjARMQ8wDQYDVQQDDAZldGNkLTcwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAQL89oO3v/B7OgmUHA9SXoHtlUl/HTZIVxu+fdtW+3x8mjYUyF66qUHjfK0wD7D
zHDaCpWAlQog91KWI3+sk4kvo3UwczAdBgNVHQ4EFgQUVeI3Ewv1aIxeWb9dcjnR
+6waAskwHwYDVR0jBBgwFoAUVeI3Ewv1aIxeWb9dcjnR+6waAskwIwYDVR0RBBww
GoISZXRjZC03LmV4YW1wbGUuY29thwQKAAAHMAwGA1UdEwEB/wQCMAAwCgYIKoZI
zj0EAwIDSAAwRQIgQ1ZhrdjtKwtXVkCvBSV/GgbpOZ2ekpOvwQqB17438jYCIQCK
HHND61aTAhDyhJShX4V2vE5RuUKoMH/v/D3M0z4ADA==
-----END CERTIFICATE-----
`

const inspect = (tls: TlsFiles, endpoints: readonly string[] = ['https://etcd-0.example.com:2379']) =>
  inspectTlsMaterial({ tls, endpoints }, now)
const pair = (one: typeof client) => ({ clientCertPem: one.certPem, clientKeyPem: one.keyPem })

it('finds nothing wrong with what fits, and says what it is', () => {
  const report = inspect({ caPem: authority.certPem, ...pair(client) })
  expect(report.issues).toEqual([])
  expect(report.ca).toMatchObject([{ subject: 'CN=our CA', issuer: 'CN=our CA', names: [] }])
  expect(report.clientCertificate).toMatchObject({ subject: 'CN=reader', issuer: 'CN=our CA' })
  expect(inspect({}).issues).toEqual([])
})

const rows: [string, TlsFiles, string, string, boolean, object][] = [
  [
    'the one certificate of a bundle that cannot be read',
    { caPem: `${authority.certPem}\n${torn}\n${stranger.certPem}` },
    'caPem',
    'pem-item-unreadable',
    true,
    { position: 2, total: 3 },
  ],
  [
    'a certificate without its end',
    { caPem: authority.certPem.slice(0, 200) },
    'caPem',
    'pem-item-unreadable',
    true,
    {},
  ],
  ['a key where the CA belongs', { caPem: client.keyPem.reveal() }, 'caPem', 'pem-holds-key', true, { position: 1 }],
  ['no PEM at all', { caPem: 'hello' }, 'caPem', 'certificate-not-pem', true, {}],
  [
    'something else than a certificate',
    { caPem: '-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----' },
    'caPem',
    'pem-item-foreign',
    true,
    { label: 'PUBLIC KEY' },
  ],
  ['a certificate without a key', { clientCertPem: client.certPem }, 'clientKeyPem', 'key-missing', true, {}],
  ['a key without a certificate', { clientKeyPem: client.keyPem }, 'clientCertPem', 'certificate-missing', true, {}],
  [
    'the key of another certificate',
    { clientCertPem: client.certPem, clientKeyPem: other.keyPem },
    'clientKeyPem',
    'key-mismatch',
    true,
    { subject: 'CN=reader' },
  ],
  [
    'a key with a passphrase',
    { clientCertPem: client.certPem, clientKeyPem: new Secret(protectedKey) },
    'clientKeyPem',
    'key-protected',
    true,
    {},
  ],
  [
    'a key that cannot be read',
    {
      clientCertPem: client.certPem,
      clientKeyPem: new Secret('-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----'),
    },
    'clientKeyPem',
    'key-unreadable',
    true,
    {},
  ],
  ['an expired certificate', pair(expired), 'clientCertPem', 'certificate-expired', true, { subject: 'CN=late' }],
  ['one not yet valid', pair(early), 'clientCertPem', 'certificate-not-yet-valid', true, { subject: 'CN=early' }],
  ['one that expires soon', pair(soon), 'clientCertPem', 'certificate-expires-soon', false, { days: 5 }],
  ['a server’s certificate for a client', pair(server), 'clientCertPem', 'certificate-not-for-clients', false, {}],
  [
    'a client of another CA',
    { caPem: authority.certPem, ...pair(strange) },
    'clientCertPem',
    'certificate-of-another-ca',
    false,
    { issuer: 'CN=another CA' },
  ],
  [
    'a chain in the wrong order',
    { clientCertPem: `${client.certPem}\n${stranger.certPem}`, clientKeyPem: client.keyPem },
    'clientCertPem',
    'chain-broken',
    false,
    { position: 1, total: 2 },
  ],
  ['a CA that is none', { caPem: server.certPem }, 'caPem', 'ca-no-authority', true, { issuer: 'CN=our CA' }],
  ['only an expired CA', { caPem: expiredAuthority.certPem }, 'caPem', 'certificate-expired', true, {}],
  [
    'an expired CA beside a valid one, without alarm',
    { caPem: `${authority.certPem}\n${expiredAuthority.certPem}` },
    'caPem',
    'certificate-expired',
    false,
    { subject: 'CN=old CA' },
  ],
]

it.each(rows)('names %s', (_, tls, ...[field, code, isFatal, evidence]) => {
  const { issues } = inspect(tls)
  expect(issues).toEqual([{ field, code, isFatal, evidence: expect.objectContaining(evidence) }])
  expect(Object.keys(en)).toContain(code)
})

it('never throws for what somebody pasted, and never repeats a key', () => {
  const line = fc.constantFrom(
    '-----BEGIN CERTIFICATE-----',
    '-----END CERTIFICATE-----',
    '-----BEGIN EC PRIVATE KEY-----',
    'Proc-Type: 4,ENCRYPTED',
    'MIIB',
    client.keyPem.reveal(),
    authority.certPem,
    '',
  )
  const text = fc.array(fc.oneof(line, fc.string()), { maxLength: 6 }).map((lines) => lines.join('\n'))
  fc.assert(
    fc.property(text, text, text, (caPem, clientCertPem, key) => {
      const report = inspect({ caPem, clientCertPem, clientKeyPem: new Secret(key) })
      const secret = client.keyPem.reveal().split('\n')[1] ?? ''
      expect(secret.length).toBeGreaterThan(20)
      expect(JSON.stringify(report)).not.toContain(secret)
    }),
  )
})

it('holds a server’s own certificate, trusted by itself, against the addresses it shall be reached at', () => {
  const caPem = selfSigned
  expect(inspect({ caPem }, ['https://etcd-7.example.com:2379', 'https://10.0.0.7:2379']).issues).toEqual([])
  expect(inspect({ caPem }, ['https://10.0.0.8:2379']).issues).toMatchObject([
    { field: 'endpoints', code: 'certificate-for-other-names', evidence: { name: '10.0.0.8' } },
  ])
  expect(inspect({ caPem, serverName: 'etcd-7.example.com' }, ['https://10.0.0.8:2379']).issues).toEqual([])
})
