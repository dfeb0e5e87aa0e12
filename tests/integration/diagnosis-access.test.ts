import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DiagnosisAccess } from '#lib/clusters/diagnosis/diagnose.ts'
import { makeAuthority } from '#lib/etcd-server/certificates.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { Secret } from '#lib/secret.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import type { Expected } from '#tests/support/odd-findings.ts'
import { expectFinding, look } from '#tests/support/odd-findings.ts'

type Access = Omit<DiagnosisAccess, 'addressMap'>

const passwords = { root: 'root-4Tz', reader: 'reader-9Qx', limited: 'limited-2Lp', nobody: 'nobody-7Vc' }

const user = (username: keyof typeof passwords, password: string = passwords[username]) => ({
  username,
  password: new Secret(password),
})

const users = [
  { name: 'root', password: new Secret(passwords.root) },
  { name: 'reader', password: new Secret(passwords.reader), grants: [{ access: 'read', prefix: '' }] },
  { name: 'limited', password: new Secret(passwords.limited), grants: [{ access: 'read', prefix: '/app/' }] },
  { name: 'nobody', password: new Secret(passwords.nobody) },
] as const

function accessTo(etcd: RunningEtcd, more: Partial<Access> = {}): Access {
  const scheme = etcd.tls ? 'https' : 'http'
  const endpoints = etcd.members.map(({ endpoint }) => `${scheme}://127.0.0.1:${endpoint.port}`)
  return { endpoints, tls: etcd.tls ? { caPem: etcd.tls.caPem } : {}, ...more }
}

describe.each(['3.4', '3.5'])('who is let in by etcd %s', (version) => {
  let guarded: RunningEtcd

  beforeAll(async () => {
    guarded = await startEtcd({ version, tls: 'server', users })
  })
  afterAll(() => guarded?.stop())

  const rows: [string, Pick<Access, 'reader' | 'root'>, boolean, Expected][] = [
    [
      'a reader',
      { reader: user('reader') },
      true,
      { stage: 'authentication', code: 'auth-passed', evidence: { username: 'reader' }, shows: /^User: reader/m },
    ],
    [
      'that a reader may read everything',
      { reader: user('reader') },
      true,
      { stage: 'rights', code: 'rights-all', evidence: { who: 'user', hasRoot: false }, shows: /^(?!.*denied)/s },
    ],
    [
      'what will not work without root',
      { reader: user('reader') },
      true,
      {
        stage: 'rights',
        code: 'rights-no-root',
        evidence: { missing: expect.arrayContaining(['Snapshot', 'HashKV', 'Defragment']) },
        shows: /permission denied/,
      },
    ],
    [
      'a wrong password',
      { reader: user('reader', 'mistyped-5Rk') },
      false,
      {
        stage: 'authentication',
        code: 'auth-wrong-password',
        evidence: { username: 'reader' },
        shows: /authentication failed, invalid user ID or password/,
      },
    ],
    [
      'that nobody was given where somebody is asked for',
      {},
      false,
      {
        stage: 'authentication',
        code: 'auth-credentials-missing',
        evidence: { hasRoot: false },
        shows: /user name is empty/,
      },
    ],
    [
      'that root alone is no reader',
      { root: user('root') },
      false,
      {
        stage: 'authentication',
        code: 'auth-credentials-missing',
        evidence: { hasRoot: true },
        shows: /user name is empty/,
      },
    ],
    [
      'a reader who sees one prefix only, and works inside it',
      { reader: user('limited') },
      true,
      {
        stage: 'rights',
        code: 'rights-limited',
        evidence: { username: 'limited', roles: ['limited'], readable: ['/app/*'] },
        shows: /permission denied/,
      },
    ],
    [
      'a reader who may read nothing',
      { reader: user('nobody') },
      true,
      { stage: 'rights', code: 'rights-none', evidence: { username: 'nobody' }, shows: /permission denied/ },
    ],
    [
      'a wrong password of root beside a right one of the reader',
      { reader: user('reader'), root: user('root', 'mistyped-5Rk') },
      false,
      {
        stage: 'authentication',
        code: 'auth-root-wrong-password',
        evidence: { username: 'root' },
        shows: /authentication failed, invalid user ID or password/,
      },
    ],
    [
      'a root credential without the role root',
      { reader: user('reader'), root: user('limited') },
      true,
      {
        stage: 'rights',
        code: 'rights-root-lacks-role',
        evidence: { username: 'limited', roles: ['limited'] },
        shows: /permission denied/,
      },
    ],
    [
      'that the reader is root itself',
      { reader: user('root') },
      true,
      { stage: 'rights', code: 'rights-all', evidence: { username: 'root', hasRoot: true }, shows: /^(?!.*denied)/s },
    ],
  ]

  it.each(rows)('tells %s', async (_, credentials, ...[isUsable, expected]) => {
    const access = accessTo(guarded, credentials)
    const diagnosis = await look(access)
    await expectFinding(access, diagnosis, expected)
    expect(diagnosis.view.isUsable).toBe(isUsable)
    expect(diagnosis.view.summary).toMatchObject({ membersTotal: 1, membersUp: 1, leader: 'etcd-1' })
  })

  it('finds nothing amiss with a reader and a root', async () => {
    const { view, members } = await look(accessTo(guarded, { reader: user('reader'), root: user('root') }))
    expect(view.stages.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    expect(view).toMatchObject({ verdict: 'pass', isUsable: true, summary: { version: guarded.version } })
    expect(members).toMatchObject([
      { name: 'etcd-1', state: 'up', isLeader: true, version: guarded.version, problem: null },
    ])
    expect(members[0]?.dbSizeBytes).toBeGreaterThan(0n)
  })
})

describe.each(['3.4', '3.5'])('certificates as users of etcd %s', (version) => {
  it.each([
    ['reader', 'auth-passed-by-certificate', 'rights-all'],
    ['limited', 'auth-passed-by-certificate', 'rights-limited'],
    ['stranger', 'auth-credentials-missing', 'not-reached'],
  ])('%s: %s, %s', async (name, passed, rights) => {
    const authority = await makeAuthority('our CA')
    const [server, client] = await Promise.all([
      authority.issue({ name: 'etcd', hosts: ['127.0.0.1'], usages: ['server', 'client'] }),
      authority.issue({ name, usages: ['client'] }),
    ])
    const certificates = { caPem: authority.certPem, clientCaPem: authority.certPem, server, client }
    await using etcd = await startEtcd({ version, tls: 'mutual', certificates, users })
    const tls = { caPem: authority.certPem, clientCertPem: client.certPem, clientKeyPem: client.keyPem }
    const { view } = await look({ ...accessTo(etcd), tls })
    const codes = (stage: string) => view.stages.filter((result) => result.stage === stage).map(({ code }) => code)
    expect(codes('authentication')).toEqual([passed])
    expect(codes('rights')).toContain(rights)
    expect(view.isUsable).toBe(name !== 'stranger')
  })
})

describe.each(['3.4', '3.5'])('etcd %s with authentication switched off', (version) => {
  it.each([
    ['mutual', true],
    ['server', false],
  ] as const)('over TLS (%s), a certificate being given, is open to its holders only: %s', async (kind, isDemanded) => {
    const authority = await makeAuthority('our CA')
    const [server, client] = await Promise.all([
      authority.issue({ name: 'etcd', hosts: ['127.0.0.1'], usages: ['server', 'client'] }),
      authority.issue({ name: 'somebody', usages: ['client'] }),
    ])
    const certificates = { caPem: authority.certPem, clientCaPem: authority.certPem, server, client }
    await using etcd = await startEtcd({ version, tls: kind, certificates })
    const tls = { caPem: authority.certPem, clientCertPem: client.certPem, clientKeyPem: client.keyPem }
    const { view } = await look({ ...accessTo(etcd), tls })
    const evidence = expect.objectContaining({ demandsCertificate: isDemanded })
    expect(view.stages).toContainEqual(expect.objectContaining({ code: 'auth-off', evidence }))
  })

  let open: RunningEtcd

  beforeAll(async () => {
    open = await startEtcd({ version })
  })
  afterAll(() => open?.stop())

  it('is told, as usable', async () => {
    const access = accessTo(open)
    const diagnosis = await look(access)
    await expectFinding(access, diagnosis, { stage: 'authentication', code: 'auth-off', shows: /^(?!.*empty)/s })
    expect(diagnosis.view).toMatchObject({ verdict: 'warn', isUsable: true })
    expect(diagnosis.view.stages).toContainEqual(expect.objectContaining({ stage: 'rights', code: 'rights-all' }))
  })

  it('says that the user given is not needed', async () => {
    const access = accessTo(open, { reader: user('reader'), root: user('root') })
    const diagnosis = await look(access)
    await expectFinding(access, diagnosis, {
      stage: 'authentication',
      code: 'auth-credentials-not-needed',
      evidence: { username: 'reader' },
      shows: /authentication is not enabled/,
    })
    expect(diagnosis.view.isUsable).toBe(true)
  })
})
