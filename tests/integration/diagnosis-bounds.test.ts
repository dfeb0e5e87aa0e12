import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createServer } from 'node:tls'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diagnose } from '#lib/clusters/diagnosis/diagnose.ts'
import type { StageResult } from '#lib/contracts/diagnosis.ts'
import { diagnosisStages } from '#lib/contracts/diagnosis.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { makeAuthority } from '#lib/etcd-server/certificates.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { Secret } from '#lib/secret.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { memberList, piece, status as statusOf } from '#tests/support/etcd-words.ts'
import { diagnosisMaxMs, look } from '#tests/support/odd-findings.ts'
import { startBabbling, startBlackHole, startGrpc, startHttp2, startSilent } from '#tests/support/odd-servers.ts'

const password = new Secret('reader-9Qx')
const reader = { username: 'reader', password }
const runs = 20

it('ends within 3 s, 95 times of 100, when every endpoint is a black hole', async () => {
  await using first = await startBlackHole()
  await using second = await startBlackHole()
  await using third = await startBlackHole()
  const access = { endpoints: [first, second, third].map(({ port }) => `https://127.0.0.1:${port}`), tls: {}, reader }
  const diagnoses = await Promise.all(Array.from({ length: runs }, () => look(access)))
  for (const { view } of diagnoses) {
    expect(view).toMatchObject({ verdict: 'fail', isUsable: false, summary: { membersTotal: 0, leader: null } })
    expect(view.stages.filter(({ code }) => code === 'connection-timed-out')).toHaveLength(3)
  }
})

it.each([
  ['http', 'etcd-timed-out'],
  ['https', 'tls-timed-out'],
])('ends within 3 s when every endpoint takes %s connections and says nothing', async (scheme, code) => {
  await using silent = await startSilent()
  const { view } = await look({ endpoints: [`${scheme}://127.0.0.1:${silent.port}`], tls: {}, reader })
  expect(view.stages).toContainEqual(expect.objectContaining({ code }))
})

it('ends with findings, in time, whatever bytes a server answers with', async () => {
  const http = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'
  const version = '{"etcdserver":"3.5.16","etcdcluster":"3.5.0"}'
  const starts = [
    '',
    'HTTP/1.1 200 OK\r\n\r\n',
    `${http}content-length: ${version.length}\r\n\r\n${version}`,
    `${http}content-length: 99999999\r\n\r\n`,
    'HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\n\r\n',
    // The settings of HTTP/2, and headers that cannot be read; an alert of TLS, a beginning of a handshake.
    '\0\0\0\x04\0\0\0\0\0',
    '\0\0\0\x04\0\0\0\0\0\0\0\x05\x01\x04\0\0\0\x01\xff\xff\xff\xff\xff',
    '\x15\x03\x03\0\x02\x02\x28',
    '\x16\x03\x03\0\x7a\x02\0\0\x76\x03\x03',
  ].map((start) => Buffer.from(start, 'latin1'))
  const answer = fc
    .tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 64 }))
    .map(([start, rest]) => Buffer.concat([start, rest]))
  const lookAt = async ([bytes, hangsUp, scheme]: [Buffer, boolean, string]) => {
    await using server = await startBabbling(bytes, hangsUp)
    const { view } = await look({ endpoints: [`${scheme}://127.0.0.1:${server.port}`], tls: {}, reader })
    expect(view.isUsable).toBe(false)
    expect(view.stages.map(({ stage }) => stage)).toEqual(expect.arrayContaining([...diagnosisStages]))
  }
  const cases = fc.sample(fc.tuple(answer, fc.boolean(), fc.constantFrom('http', 'https')), 60)
  await Promise.all(cases.map(lookAt))
})

describe('a server that speaks gRPC', () => {
  const status = Buffer.concat([Buffer.from('0a061001180120011205332e352e31', 'hex')])
  const repeated = (tag: number, sizeBytes: number) => Buffer.alloc(sizeBytes).map((_, at) => (at % 2 ? 0 : tag))

  it.each([
    ['empty fields by the half million', repeated(0x42, 1024 * 1024 - 16)],
    ['empty members by the half million', repeated(0x12, 1024 * 1024 - 16)],
    ['more than a message may hold', Buffer.alloc(8 * 1024 * 1024, 0x42)],
    ['one field that is a megabyte long', Buffer.concat([Buffer.from('12fbff3f', 'hex'), Buffer.alloc(1_048_571, 65)])],
  ])('does not keep us busy with %s', async (_, flood) => {
    await using server = await startGrpc((path) => (path.endsWith('/Status') ? flood : status))
    await using second = await startGrpc((path) => (path.endsWith('/Status') ? status : flood))
    for (const { port } of [server, second]) {
      const delay = monitorEventLoopDelay({ resolution: 5 })
      delay.enable()
      const { view } = await look({ endpoints: [`http://127.0.0.1:${port}`], tls: {}, reader, root: reader })
      delay.disable()
      expect(view.verdict).not.toBe('pass')
      expect(delay.max / 1e6).toBeLessThan(500)
      expect(JSON.stringify(view).length).toBeLessThan(200_000)
    }
  })

  it('is quoted in few words, however many it uses', async () => {
    const alarm = (index: number) => Buffer.from(`memberID:${index} alarm:NOSPACE`)
    const piece = (tag: number, text: Buffer) => Buffer.concat([Buffer.from([tag, text.length]), text])
    const list = (tag: number, texts: Buffer[]) => Buffer.concat(texts.map((text) => piece(tag, text)))
    const many = Array.from({ length: 5000 }, (_, index) => index)
    const alarmed = Buffer.concat([status, list(0x42, many.map(alarm))])
    const roles = list(
      0x12,
      many.map((index) => Buffer.from(`role-${index}`)),
    )
    await using server = await startGrpc((path) => {
      if (path.endsWith('/Status')) return alarmed
      if (path.endsWith('/Authenticate')) return Buffer.from('12017400', 'hex').subarray(0, 3)
      return path.endsWith('/UserGet') ? roles : undefined
    })
    const { view } = await look({ endpoints: [`http://127.0.0.1:${server.port}`], tls: {}, reader })
    const alarms = view.stages.find(({ code }) => code === 'etcd-alarm')?.evidence.alarms
    expect(alarms).toHaveLength(21)
    expect(JSON.stringify(view).length).toBeLessThan(20_000)
  })

  it('is quoted and kept as clean text, whatever it says', async () => {
    const hostile = `\x1b]0;title\x07\0\u202e<script>${'x'.repeat(282)}😀`
    const members = memberList([
      { id: 1, name: hostile, peerUrls: [hostile], clientUrls: [hostile] },
      { id: 1, name: 'again', clientUrls: ['http://a\0b:1'] },
      { id: 2, name: hostile, clientUrls: ['http://a\0b:1'] },
    ])
    await using server = await startGrpc((path) => {
      if (path.endsWith('/Status')) return statusOf(hostile)
      if (path.endsWith('/MemberList')) return members
      return piece(2, path.endsWith('/Authenticate') ? 'token' : hostile)
    })
    const { view, members: seen } = await look({ endpoints: [`http://127.0.0.1:${server.port}`], tls: {}, reader })
    expect(seen.map(({ memberId }) => memberId)).toEqual(['1', '2'])
    expect(view.stages).toContainEqual(expect.objectContaining({ code: 'member-address-not-usable' }))
    const texts = textsOf([view, seen])
    expect(texts.some((text) => text.includes('<script>'))).toBe(true)
    for (const text of texts) {
      expect(text.isWellFormed()).toBe(true)
      expect(text).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
    }
  })

  it('is told to be none where it answers with a page', async () => {
    await using server = await startHttp2((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'text/html' })
      stream.end('<html>')
    })
    const { view } = await look({ endpoints: [`http://127.0.0.1:${server.port}`], tls: {}, reader })
    expect(view.stages).toContainEqual(expect.objectContaining({ stage: 'etcd', code: 'etcd-not-etcd' }))
  })

  it('is told neither to refuse nor to let read, where it does not say in time', async () => {
    const said = Object.entries({ Status: status, Authenticate: Buffer.from('1201741a00', 'hex'), Range: undefined })
    const roles = Buffer.from('12036f7073', 'hex')
    await using server = await startGrpc((path) => {
      const found = said.find(([call]) => path.endsWith(`/${call}`))
      return found ? found[1] : roles
    })
    const { view } = await look({ endpoints: [`http://127.0.0.1:${server.port}`], tls: {}, reader })
    expect(view.stages).toContainEqual(
      expect.objectContaining({ stage: 'rights', code: 'rights-not-told', verdict: 'unknown' }),
    )
    expect(view.isUsable).toBe(true)
  })

  it('gives findings, in time, whatever its messages hold', async () => {
    const field = fc
      .tuple(fc.integer({ min: 1, max: 14 }), fc.constantFrom(0, 2), fc.uint8Array({ maxLength: 40 }))
      .map(([number, type, bytes]) =>
        Buffer.from(type === 0 ? [number << 3, bytes[0] ?? 0] : [(number << 3) | 2, bytes.length, ...bytes]),
      )
    const message = fc.oneof(
      fc.array(field, { maxLength: 20 }).map((fields) => Buffer.concat(fields)),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    )
    const lookAt = async ([first, other]: [Buffer, Buffer]) => {
      await using server = await startGrpc((path) => (path.endsWith('/Status') ? first : other))
      const { view } = await look({ endpoints: [`http://127.0.0.1:${server.port}`], tls: {}, reader, root: reader })
      expect(view.stages.map(({ stage }) => stage)).toEqual(expect.arrayContaining([...diagnosisStages]))
    }
    const cases = fc.sample(fc.tuple(fc.oneof(message, fc.constant(status)), message), 40)
    for (let at = 0; at < cases.length; at += 10) await Promise.all(cases.slice(at, at + 10).map(lookAt))
  })
})

it('does not wait for a dead endpoint to look at the cluster behind a living one', async () => {
  await using etcd = await startEtcd()
  await using hole = await startBlackHole()
  const ports = [hole.port, ...etcd.members.map(({ endpoint }) => endpoint.port)]
  const told: StageResult[] = []
  const access = { endpoints: ports.map((port) => `http://127.0.0.1:${port}`), tls: {}, addressMap: {} }
  const { view } = await diagnose(access, {
    policy: { privateRanges: [], loopback: ports.map((port) => `127.0.0.1:${port}`) },
    signal: AbortSignal.timeout(diagnosisMaxMs),
    onStage: (result) => told.push(result),
  })
  const at = (code: string) => told.findIndex((result) => result.code === code)
  expect(at('auth-off')).toBeGreaterThan(-1)
  expect(at('auth-off')).toBeLessThan(at('connection-timed-out'))
  expect(view).toMatchObject({ verdict: 'fail', isUsable: true, summary: { membersUp: 1 } })
  expect(new Set(view.stages)).toEqual(new Set(told))
})

it('stops when nobody wants it any more', async () => {
  await using silent = await startSilent()
  const leaving = new AbortController()
  const access = { endpoints: [`https://127.0.0.1:${silent.port}`], tls: {}, addressMap: {} }
  const policy = { privateRanges: [], loopback: [`127.0.0.1:${silent.port}`] }
  const under = diagnose(access, { policy, signal: leaving.signal })
  const reason = new Error('the person left')
  setTimeout(() => leaving.abort(reason), 200)
  const startedMs = performance.now()
  await expect(under).rejects.toBe(reason)
  expect(performance.now() - startedMs).toBeLessThan(1000)
})

it('says nothing beyond the handshake to a server nobody vouches for', async () => {
  const [given, other] = await Promise.all([makeAuthority('our CA'), makeAuthority('another CA')])
  const { certPem, keyPem } = await other.issue({ name: 'trap', hosts: ['127.0.0.1'], usages: ['server'] })
  const heard: Buffer[] = []
  let connections = 0
  const trap = createServer({ cert: certPem, key: keyPem.reveal(), ALPNProtocols: ['h2'] }, (socket) => {
    socket.on('data', (data) => heard.push(data)).on('error', () => undefined)
  }).listen(0, '127.0.0.1')
  trap
    .on('tlsClientError', () => undefined)
    .on('connection', () => {
      connections += 1
    })
  await once(trap, 'listening')
  const { port } = trap.address() as AddressInfo
  const { view } = await look({
    endpoints: [`https://127.0.0.1:${port}`],
    tls: { caPem: given.certPem },
    reader,
    root: reader,
  })
  trap.close()
  expect(view.stages).toContainEqual(expect.objectContaining({ code: 'tls-unknown-ca' }))
  // One without a word, one for the handshake.
  expect(connections).toBe(2)
  expect(heard).toEqual([])
})

it('has etcd check each password once', async () => {
  const users = [
    { name: 'root', password: new Secret('root-4Tz') },
    { name: 'reader', password, grants: [{ access: 'read', prefix: '' }] },
  ] as const
  await using etcd = await startEtcd({ members: 3, tls: 'server', users })
  const root = { username: 'root', password: new Secret('root-4Tz') }
  const endpoints = etcd.members.map(({ clientUrl }) => clientUrl)
  const before = await countAuthenticate(etcd)
  const { view } = await look({ endpoints, tls: { caPem: etcd.tls?.caPem ?? '' }, reader, root })
  expect(view.verdict).toBe('pass')
  expect((await countAuthenticate(etcd)) - before).toBe(2)
})

/** As the members count themselves. */
async function countAuthenticate(etcd: RunningEtcd): Promise<number> {
  const endpoints = etcd.members.map(({ endpoint }) => ({ scheme: 'https' as const, destination: endpoint }))
  const door = { policy: { privateRanges: [], loopback: [] } }
  const client = openEtcd({ endpoints, tls: { caPem: etcd.tls?.caPem ?? '' }, door })
  const pages = await Promise.all(endpoints.map((endpoint) => client.metrics(endpoint)))
  const counts = pages.map(
    (page) => /^grpc_server_started_total\{.*grpc_method="Authenticate".*\} (\d+)$/m.exec(page)?.[1],
  )
  return counts.reduce((sum, count) => sum + Number(count ?? 0), 0)
}

/** Every text in it, however deep. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}
