import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DiagnosisAccess } from '#lib/clusters/diagnosis/diagnose.ts'
import type { Authority, Certificate } from '#lib/etcd-server/certificates.ts'
import { makeAuthority } from '#lib/etcd-server/certificates.ts'
import { getFreePorts } from '#lib/etcd-server/free-ports.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { addMs, dayMs } from '#lib/time.ts'
import type { DnsAnswer } from '#tests/support/dns-server.ts'
import { startDnsServer } from '#tests/support/dns-server.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import type { Expected } from '#tests/support/odd-findings.ts'
import { expectFinding, look } from '#tests/support/odd-findings.ts'
import type { OddServer } from '#tests/support/odd-servers.ts'
import {
  startBlackHole,
  startEtcdV2,
  startResetting,
  startSilent,
  startSsh,
  startWeb,
} from '#tests/support/odd-servers.ts'
import { startOwnRedis } from '#tests/support/own-redis.ts'

type Access = Omit<DiagnosisAccess, 'addressMap'>

const hosts = ['127.0.0.1']
const past = { notBefore: addMs(new Date(), -20 * dayMs), notAfter: addMs(new Date(), -10 * dayMs) }
const future = { notBefore: addMs(new Date(), 10 * dayMs), notAfter: addMs(new Date(), 90 * dayMs) }

let plain: RunningEtcd
let secured: RunningEtcd
let mutual: RunningEtcd
let authority: Authority
let stranger: Authority

beforeAll(async () => {
  ;[authority, stranger] = await Promise.all([makeAuthority('our CA'), makeAuthority('another CA')])
  const server = await authority.issue({ name: 'etcd', hosts, usages: ['server', 'client'] })
  const certificates = { caPem: authority.certPem, clientCaPem: authority.certPem, server }
  plain = await startEtcd()
  secured = await startEtcd({ tls: 'server', certificates })
  mutual = await startEtcd({ tls: 'mutual', certificates })
})

afterAll(() => Promise.all([plain, secured, mutual].map((etcd) => etcd?.stop())))

const urlOf = (etcd: RunningEtcd, scheme: 'http' | 'https') =>
  etcd.members.map(({ endpoint }) => `${scheme}://127.0.0.1:${endpoint.port}`)

async function expectAt(access: Access, expected: Expected): Promise<void> {
  await expectFinding(access, await look(access), expected)
}

describe('before anything is sent', () => {
  it.each<[string, DnsAnswer, Expected]>([
    [
      'a name nobody knows',
      'unknown',
      { stage: 'dns', code: 'name-unknown', evidence: { name: 'nothing.invalid' }, shows: /Could not resolve host/ },
    ],
    [
      'a DNS that is out of order',
      'broken',
      { stage: 'dns', code: 'name-lookup-failed', evidence: { reason: 'ESERVFAIL' }, shows: /Could not resolve host/ },
    ],
    [
      'a DNS that does not answer',
      'silent',
      { stage: 'dns', code: 'name-lookup-failed', evidence: { reason: 'ETIMEOUT' }, shows: /Could not resolve host/ },
    ],
    [
      'a name of which one address is denied',
      ['8.8.8.8', '10.0.0.7'],
      { stage: 'dns', code: 'address-denied', evidence: { address: '10.0.0.7', reason: 'private' }, shows: /^$/ },
    ],
  ])('tells %s', async (_, answer, expected) => {
    await using dns = await startDnsServer(() => answer)
    const access = { endpoints: ['https://nothing.invalid:2379'], tls: {} }
    await expectFinding(access, await look(access, { dnsServers: [dns.address] }), expected)
  })

  it('tells a port nobody listens on', async () => {
    const [port = 0] = await getFreePorts('127.0.0.1', 1)
    const evidence = { address: '127.0.0.1', port }
    const access = { endpoints: [`https://127.0.0.1:${port}`], tls: {} }
    await expectAt(access, { stage: 'tcp', code: 'connection-refused', evidence, shows: /Connection refused/ })
  })

  it('tells an address that swallows what is sent to it', async () => {
    await using hole = await startBlackHole()
    const access = { endpoints: [`https://127.0.0.1:${hole.port}`], tls: {} }
    await expectAt(access, {
      stage: 'tcp',
      code: 'connection-timed-out',
      evidence: { address: '127.0.0.1', port: hole.port, waitedMs: expect.any(Number) },
      shows: /timed out|timeout/i,
    })
  })

  it.each([
    ['the metadata of a cloud', 'http://169.254.169.254:80', 'metadata', 'none'],
    ['a private network nobody granted', 'https://10.20.30.40:2379', 'private', 'ALLOW_PRIVATE_CIDRS=10.20.30.40/32'],
  ])('refuses %s, and says what would open it', async (_, endpoint, ...[reason, grant]) => {
    const expected = { stage: 'address', code: 'address-denied', evidence: { reason, grant }, shows: null } as const
    await expectAt({ endpoints: [endpoint], tls: {} }, expected)
  })

  it('refuses this machine unless granted, by address and by name, and connects to nothing', async () => {
    await using canary = await startSilent()
    for (const [host, stage] of [
      ['127.0.0.1', 'address'],
      ['localhost', 'dns'],
    ] as const) {
      const access = { endpoints: [`https://${host}:${canary.port}`], tls: {}, addressMap: {} }
      const { view } = await look(access, { isGranted: false })
      const found = view.stages.find(({ code }) => code === 'address-denied')
      expect(found).toMatchObject({
        stage,
        evidence: { reason: 'loopback', grant: `--allow 127.0.0.1:${canary.port}` },
      })
      expect(view.isUsable).toBe(false)
    }
    expect(canary.connections).toBe(0)
  })

  it('tells an address that programs read differently', () =>
    expectAt(
      { endpoints: ['https://127.1:2379'], tls: {} },
      { stage: 'address', code: 'address-malformed', evidence: { host: '127.1' }, shows: null },
    ))
})

describe('TLS', () => {
  const server = (names: readonly string[], validity: object = {}) =>
    authority.issue({ name: 'etcd', hosts: names, usages: ['server', 'client'], ...validity })

  /** etcd reads its certificate again for each connection. */
  function serve({ certPem, keyPem }: Certificate): Access {
    const { paths } = secured.tls ?? expect.fail('no TLS')
    writeFileSync(paths.serverCert, certPem)
    writeFileSync(paths.serverKey, keyPem.reveal())
    return { endpoints: urlOf(secured, 'https'), tls: { caPem: authority.certPem } }
  }

  it('passes with a certificate that is in order', async () => {
    const access = serve(await server(hosts))
    await expectAt(access, {
      stage: 'tls',
      code: 'tls-trusted',
      evidence: { protocol: 'TLSv1.3', subject: 'CN=etcd', issuer: 'CN=our CA', names: hosts },
      shows: /Verification: OK/,
    })
  })

  it('tells a server without TLS', () =>
    expectAt(
      { endpoints: urlOf(plain, 'https'), tls: {} },
      {
        stage: 'tls',
        code: 'tls-plaintext-server',
        evidence: { said: expect.stringContaining('etcdserver') },
        shows: /unexpected eof|wrong version number/,
      },
    ))

  it('tells a server with TLS only', () =>
    expectAt(
      { endpoints: urlOf(secured, 'http'), tls: {} },
      { stage: 'tls', code: 'tls-required', shows: /Empty reply|reset by peer/ },
    ))

  it('tells a certificate that expired', async () => {
    const access = serve(await server(hosts, past))
    const notAfter = expect.stringContaining(past.notAfter.toISOString().slice(0, 10))
    await expectAt(access, {
      stage: 'tls',
      code: 'tls-expired',
      evidence: { notAfter },
      shows: /certificate has expired/,
    })
  })

  it('tells a certificate that is not valid yet', async () => {
    const access = serve(await server(hosts, future))
    const notBefore = expect.stringContaining(future.notBefore.toISOString().slice(0, 10))
    await expectAt(access, {
      stage: 'tls',
      code: 'tls-not-yet-valid',
      evidence: { notBefore },
      shows: /certificate is not yet valid/,
    })
  })

  it('tells a certificate that expires soon, and goes on', async () => {
    const access = serve(await server(hosts, { notAfter: addMs(new Date(), 3.5 * dayMs) }))
    const diagnosis = await look(access)
    await expectFinding(access, diagnosis, {
      stage: 'tls',
      code: 'tls-expires-soon',
      evidence: { days: 3 },
      shows: /Verification: OK/,
    })
    expect(diagnosis.view.isUsable).toBe(true)
  })

  it.each([
    ['of another CA than the one given', 'given'],
    ['of a CA that is not public, where none was given', 'public'],
  ])('tells a certificate %s', async (_, trusted) => {
    const { endpoints } = serve(await server(hosts))
    const access = { endpoints, tls: trusted === 'given' ? { caPem: stranger.certPem } : {} }
    await expectAt(access, {
      stage: 'tls',
      code: 'tls-unknown-ca',
      evidence: { issuer: 'CN=our CA', trusted },
      shows: /unable to get local issuer certificate/,
    })
  })

  it('tells a certificate for other names, and takes one of them as server name', async () => {
    const access = serve(await server(['etcd-0.example.com']))
    await expectAt(access, {
      stage: 'tls',
      code: 'tls-wrong-name',
      evidence: { name: '127.0.0.1', names: ['etcd-0.example.com'] },
      shows: /IP address mismatch/,
    })
    const named = { ...access, tls: { ...access.tls, serverName: 'etcd-0.example.com' } }
    await expectAt(named, { stage: 'tls', code: 'tls-trusted', shows: /Verification: OK/ })
    expect((await look(named)).view.isUsable).toBe(true)
  })

  it('tells that a client certificate is demanded', () =>
    expectAt(
      { endpoints: urlOf(mutual, 'https'), tls: { caPem: authority.certPem } },
      { stage: 'tls', code: 'tls-client-certificate-required', shows: /certificate required|bad certificate/ },
    ))

  const client = async (of: Authority, validity = {}) => {
    const { certPem, keyPem } = await of.issue({ name: 'reader', usages: ['client'], ...validity })
    return { caPem: authority.certPem, clientCertPem: certPem, clientKeyPem: keyPem }
  }

  it('tells a client certificate the server does not take', async () => {
    await expectAt(
      { endpoints: urlOf(mutual, 'https'), tls: await client(stranger) },
      {
        stage: 'tls',
        code: 'tls-client-certificate-refused',
        evidence: { subject: 'CN=reader', issuer: 'CN=another CA' },
        shows: /alert (bad certificate|unknown ca)/,
      },
    )
  })

  it('tells a client certificate that expired', async () => {
    await expectAt(
      { endpoints: urlOf(mutual, 'https'), tls: await client(authority, past) },
      { stage: 'tls', code: 'tls-client-certificate-expired', shows: /alert (bad certificate|certificate expired)/ },
    )
  })

  it('tells a key of another certificate before anything connects', async () => {
    const [one, other] = await Promise.all([client(authority), client(authority)])
    await using canary = await startSilent()
    const tls = { ...one, clientKeyPem: other.clientKeyPem }
    const wrong = { endpoints: urlOf(mutual, 'https'), tls }
    const evidence = { subject: 'CN=reader' }
    await expectAt(wrong, { stage: 'tls', code: 'tls-key-mismatch', evidence, shows: /key values mismatch/ })
    expect(canary.connections).toBe(0)
  })

  it('tells which certificate of a bundle cannot be read', async () => {
    const torn = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
    await expectAt(
      { endpoints: urlOf(secured, 'https'), tls: { caPem: `${authority.certPem}\n${torn}` } },
      {
        stage: 'tls',
        code: 'tls-material-unreadable',
        evidence: { field: 'caPem', position: 2, total: 2 },
        shows: /error|unable/i,
      },
    )
  })

  it('tells a server that takes connections and does not shake hands', async () => {
    await using silent = await startSilent()
    const access = { endpoints: [`https://127.0.0.1:${silent.port}`], tls: {} }
    await expectAt(access, { stage: 'tls', code: 'tls-timed-out', shows: /timed out|timeout/i })
  })

  it('tells a connection that is cut', async () => {
    await using resetting = await startResetting()
    const access = { endpoints: [`https://127.0.0.1:${resetting.port}`], tls: {} }
    await expectAt(access, { stage: 'tcp', code: 'connection-reset', shows: /reset by peer|Recv failure|./ })
  })
})

describe('what is no etcd we can talk to', () => {
  const odd: [string, () => Promise<Pick<OddServer, 'port'> & AsyncDisposable>, Expected][] = [
    ['a web server', () => startWeb(404, 'nothing here'), notEtcd(/HTTP 404 nginx/, /nothing here/)],
    ['an SSH server', startSsh, notEtcd(/SSH-2\.0-OpenSSH/, /SSH-2\.0|HTTP\/0\.9/)],
    [
      'an etcd of version 2',
      startEtcdV2,
      { stage: 'etcd', code: 'etcd-v2-only', evidence: { version: '2.3.8' }, shows: /2\.3\.8/ },
    ],
    ['a server that says nothing', startSilent, { stage: 'etcd', code: 'etcd-timed-out', shows: /timed out/ }],
  ]

  function notEtcd(said: RegExp, shows: RegExp): Expected {
    return { stage: 'etcd', code: 'etcd-not-etcd', evidence: { said: expect.stringMatching(said) }, shows }
  }

  it.each(odd)('tells %s', async (_, start, expected) => {
    await using server = await start()
    await expectAt({ endpoints: [`http://127.0.0.1:${server.port}`], tls: {} }, expected)
  })

  it('tells a Redis', async () => {
    await using redis = await startOwnRedis()
    const { port } = new URL(redis.url)
    await expectAt(
      { endpoints: [`http://127.0.0.1:${port}`], tls: {} },
      notEtcd(/ECONNRESET/, /Empty reply|HTTP\/0\.9|reset/),
    )
  })

  it('tells a web server behind https in plain text for what it is', async () => {
    await using web = await startWeb(200, 'hello')
    const access = { endpoints: [`https://127.0.0.1:${web.port}`], tls: {} }
    const evidence = { said: expect.stringContaining('HTTP 200') }
    await expectAt(access, { stage: 'tls', code: 'tls-plaintext-server', evidence, shows: /wrong version number/ })
  })
})
