import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Authority } from '#lib/etcd-server/certificates.ts'
import { makeAuthority } from '#lib/etcd-server/certificates.ts'
import { Secret } from '#lib/secret.ts'
import type { ObjectStore } from '#lib/storage/object-store.ts'
import { openS3Store } from '#lib/storage/s3.ts'
import type { S3Settings } from '#lib/storage/s3-connection.ts'
import { storeLimits } from '#lib/storage/store-limits.ts'
import type { DnsServer } from '#tests/support/dns-server.ts'
import { startDnsServer } from '#tests/support/dns-server.ts'
import { readAll } from '#tests/support/object-store-suite.ts'
import { ableS3, testBucket } from '#tests/support/object-store-suite-place.ts'
import type { S3FaultProxy } from '#tests/support/s3-fault-proxy.ts'
import { startS3FaultProxy } from '#tests/support/s3-fault-proxy.ts'
import type { S3Server } from '#tests/support/s3-server.ts'
import { startS3Server } from '#tests/support/s3-server.ts'

const hosts = ['s3.example', `${testBucket}.s3.example`]

let server: S3Server
let plain: S3FaultProxy
let secure: S3FaultProxy
let dns: DnsServer
let authority: Authority

beforeAll(async () => {
  server = await startS3Server(testBucket)
  authority = await makeAuthority('An authority of the test')
  const { certPem: cert, keyPem } = await authority.issue({ name: 's3.example', hosts, usages: ['server'] })
  plain = await startS3FaultProxy(server)
  secure = await startS3FaultProxy(server, { cert, key: keyPem.reveal() })
  dns = await startDnsServer(({ name, family }) => {
    if (name === 'away.example') return ['169.254.169.254']
    return name.endsWith('.example') && family === 4 ? ['127.0.0.1'] : []
  })
})

afterAll(async () => {
  for (const one of [dns, plain, secure, server]) await one[Symbol.asyncDispose]()
})

function open(settings: Partial<S3Settings>): ObjectStore {
  const loopback = [plain, secure].map(({ port }) => `127.0.0.1:${port}`)
  return openS3Store(
    {
      region: 'eu-central-1',
      bucket: testBucket,
      pathStyle: true,
      accessKeyId: 'AKIATEST',
      secretAccessKey: new Secret('secret-of-the-test'),
      ...settings,
    },
    {
      door: { policy: { privateRanges: [], loopback }, dnsServers: [dns.address] },
      capabilities: ableS3,
      limits: { ...storeLimits, attemptsMax: 2, backoffMs: 5 },
    },
  )
}

test.each([true, false])(
  'speaks TLS with a server whose authority is given, with the bucket in the path: %s',
  async (pathStyle) => {
    const store = open({ endpoint: `https://s3.example:${secure.port}`, pathStyle, ca: authority.certPem })
    const bytes = randomBytes(9_000_000)
    await using upload = await store.startUpload(`tls/${pathStyle}`)
    await upload.write(bytes)
    await upload.complete({ ifAbsent: true })
    expect((await readAll(store, `tls/${pathStyle}`)).equals(bytes)).toBe(true)
    expect((await store.list('tls/')).objects.map(({ key }) => key)).toContain(`tls/${pathStyle}`)
    store.close()
  },
)

test('asks one call after the other over one connection', async () => {
  const store = open({ endpoint: `https://s3.example:${secure.port}`, ca: authority.certPem })
  const before = secure.connections
  for (let calls = 0; calls < 20; calls += 1) await store.put('kept/one', randomBytes(100), { ifAbsent: false })
  expect(secure.connections - before).toBe(1)
  store.close()
})

test('keeps its own prefix, and shows nothing beside it', async () => {
  const endpoint = `http://s3.example:${plain.port}`
  const [whole, own, other] = [undefined, 'teams/one/', 'teams/one-2/'].map((prefix) => open({ endpoint, prefix }))
  await other?.put('a/b', Buffer.from('other'), { ifAbsent: true })
  await own?.put('a/b', Buffer.from('own'), { ifAbsent: true })
  const begun = await own?.startUpload('a/c')
  expect((await own?.list(''))?.objects.map(({ key }) => key)).toEqual(['a/b'])
  expect(await own?.listUploads('')).toMatchObject([{ key: 'a/c', id: begun?.id }])
  expect(await other?.listUploads('')).toEqual([])
  expect(await whole?.head('teams/one/a/b')).toMatchObject({ key: 'teams/one/a/b', sizeBytes: 3 })
  expect((await own?.head('a/b'))?.key).toBe('a/b')
  await begun?.abort()
  for (const store of [whole, own, other]) store?.close()
})

test.each<{ what: string; settings: () => Partial<S3Settings>; code: string }>([
  {
    what: 'an authority that is not known',
    settings: () => ({ endpoint: `https://s3.example:${secure.port}` }),
    code: 'certificate-untrusted',
  },
  {
    what: 'a certificate for other names',
    settings: () => ({ endpoint: `https://other.example:${secure.port}`, ca: authority.certPem }),
    code: 'certificate-name-mismatch',
  },
  {
    what: 'an authority that cannot be read',
    settings: () => ({ endpoint: `https://s3.example:${secure.port}`, ca: 'no certificate' }),
    code: 'certificate-unreadable',
  },
  {
    what: 'TLS where none is spoken',
    settings: () => ({ endpoint: `https://s3.example:${plain.port}`, ca: authority.certPem }),
    code: 'tls-not-spoken',
  },
  {
    what: 'a name that leads to the metadata of a cloud',
    settings: () => ({ endpoint: 'http://away.example' }),
    code: 'address-denied',
  },
  {
    what: 'a name that nobody knows',
    settings: () => ({ endpoint: 'http://nobody.invalid' }),
    code: 'name-unknown',
  },
])('says what stands in the way: $what', async ({ settings, code }) => {
  const store = open(settings())
  await expect(store.head('a')).rejects.toMatchObject({ code })
  store.close()
})

test('says where it is, and not with which secret', () => {
  const store = open({ endpoint: 'https://s3.example:9000', prefix: 'team/' })
  expect(store.describe()).toBe('bucket backups at https://s3.example:9000, below team/')
  expect(open({ region: 'eu-west-3' }).describe()).toBe('bucket backups at https://s3.eu-west-3.amazonaws.com')
  expect(open({ region: 'cn-north-1' }).describe()).toBe('bucket backups at https://s3.cn-north-1.amazonaws.com.cn')
})
