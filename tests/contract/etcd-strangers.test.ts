import { setInterval } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { EtcdAccess } from '#lib/etcd/connection.ts'
import { formatEndpoint } from '#lib/etcd/connection.ts'
import { ConnectionPool } from '#lib/etcd/connection-pool.ts'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { Secret } from '#lib/secret.ts'
import { grantsOf, namedEndpoint } from '#tests/support/etcd-access.ts'
import { memberList, piece, status } from '#tests/support/etcd-words.ts'
import type { OddServer } from '#tests/support/odd-servers.ts'
import { startGrpc, startHttp2 } from '#tests/support/odd-servers.ts'

type Question<Answer> = (client: EtcdClient, endpoint: ReturnType<typeof namedEndpoint>) => Promise<Answer>

/** Asks a server that answers every call with this message; `changes` for how it is reached. */
async function ask<Answer>(said: Buffer, question: Question<Answer>, changes?: Partial<EtcdAccess>): Promise<Answer> {
  return await askAt(
    startGrpc(() => said),
    question,
    changes,
  )
}

async function askAt<Answer>(
  starting: Promise<OddServer>,
  question: Question<Answer>,
  changes: Partial<EtcdAccess> = {},
): Promise<Answer> {
  await using server = await starting
  const endpoint = namedEndpoint(server.port)
  const connections = new ConnectionPool(1)
  try {
    const access = { endpoints: [endpoint], door: grantsOf(server.port), ...changes }
    return await question(openEtcd(access, { connections }), endpoint)
  } finally {
    connections.close()
  }
}

const membersOf = (said: Buffer, changes?: Partial<EtcdAccess>) =>
  ask(said, async (client, endpoint) => (await client.members({ endpoint })).members, changes)

const tickMs = 5

/** The longest this process was busy at a stretch while something was done. */
async function longestStretchMs(work: () => Promise<unknown>): Promise<number> {
  const ticks = setInterval(tickMs)[Symbol.asyncIterator]()
  let isDone = false
  const done = work().finally(() => {
    isDone = true
  })
  let longestMs = 0
  for (let lastMs = performance.now(); !isDone; ) {
    await ticks.next()
    const nowMs = performance.now()
    longestMs = Math.max(longestMs, nowMs - lastMs - tickMs)
    lastMs = nowMs
  }
  await ticks.return?.()
  await done
  return longestMs
}

describe('a list of members', () => {
  const url = 'http://[::1]:1'
  const urls = (count: number) => new Array<string>(count).fill(url)
  const many = (count: number, urlsEach: number) =>
    Array.from({ length: count }, (_, id) => ({ id: id + 1, clientUrls: urls(urlsEach) }))

  test.each([
    ['one member with 62,500 addresses', memberList([{ id: 1, clientUrls: urls(62_500) }])],
    ['one member with 39,000 addresses', memberList([{ id: 1, clientUrls: urls(39_000) }])],
    ['one member with as many peers', memberList([{ id: 1, peerUrls: urls(39_000) }])],
    ['6,000 members with 4 addresses each', memberList(many(6000, 4))],
    ['64 members with 16 addresses each', memberList(many(64, 16))],
    ['an address of a megabyte', memberList([{ id: 1, clientUrls: ['http://a:1'.repeat(100_000)] }])],
  ])('of %s is read or refused within 100 ms, whatever is mapped', async (_, said) => {
    const addressMap = Object.fromEntries(
      Array.from({ length: 64 }, (_, index) => [`[2001:db8::${index}:1:2:3]:1`, '127.0.0.1:1']),
    )
    const given = Array.from({ length: 15 }, (_, index) => namedEndpoint(1, { host: `2001:db8::${index}:9` }))
    await using server = await startGrpc(() => said)
    const endpoint = namedEndpoint(server.port)
    const connections = new ConnectionPool(1)
    const access = { endpoints: [endpoint, ...given], addressMap, door: grantsOf(server.port) }
    const client = openEtcd(access, { connections })
    const stretches: number[] = []
    for (let run = 0; run < 5; run += 1) {
      const asked = async () => {
        const listed = await client.members({ endpoint }).catch(() => undefined)
        expect(listed?.members.length ?? 0).toBeLessThanOrEqual(64)
        for (const { clientUrls, peerUrls } of listed?.members ?? []) {
          expect(Math.max(clientUrls.length, peerUrls.length)).toBeLessThanOrEqual(16)
        }
      }
      stretches.push(await longestStretchMs(asked))
    }
    connections.close()
    process.stdout.write(`${said.length} bytes: ${stretches.map((ms) => ms.toFixed(0)).join(', ')} ms at a stretch\n`)
    // The others of this machine hold a process up too, but not each of five times.
    expect(Math.min(...stretches)).toBeLessThan(100)
  })

  test('has each member once, as it is named first', async () => {
    const members = await membersOf(memberList([{ id: 1, name: 'a' }, { id: 2 }, { id: 1, name: 'b' }, { id: 1 }]))
    expect(members.map(({ id, name }) => [id, name])).toEqual([
      [1n, 'a'],
      [2n, 'm2'],
    ])
  })

  test('is clean text, and leads nowhere but where it says', async () => {
    const clientUrls = ['http://a\0b:1', `http://${'a'.repeat(300)}:12379`, '\x1b[2Jhttp://c:1', 'http://d:1']
    const [member] = await membersOf(
      memberList([{ id: 1, name: `${'x'.repeat(299)}😀`, peerUrls: ['http://\u202ea:1'], clientUrls }]),
    )
    expect(member).toMatchObject({
      name: 'x'.repeat(299),
      peerUrls: ['http://\uFFFDa:1'],
      clientUrls: ['http://a\uFFFDb:1', `http://${'a'.repeat(293)}`, '\uFFFD[2Jhttp://c:1', 'http://d:1'],
    })
    expect(member?.endpoint && formatEndpoint(member.endpoint)).toBe('http://d:1')
    const [odd] = await membersOf(memberList([{ id: 1, name: Buffer.from([0x1b, 0x5d, 0xff, 0x07]), clientUrls: [] }]))
    expect(odd?.name).toBe('\uFFFD]\uFFFD\uFFFD')
  })
})

test('what a member says of itself is clean text', async () => {
  const said = status(`3.5\0${'x'.repeat(300)}`, ['memberID:1 alarm:NOSPACE', '\x1b[31m'])
  const { version, errors } = await ask(said, (client, endpoint) => client.status(endpoint))
  expect(version).toMatch(/^3\.5\uFFFDx+$/)
  expect(errors).toEqual(['memberID:1 alarm:NOSPACE', '\uFFFD[31m'])
})

test('a token that no header can hold is none of an etcd', async () => {
  for (const token of ['a\0b', '\r\nx: y', 'é', 'x'.repeat(100_000)]) {
    const proving = ask(piece(2, token), (client, endpoint) =>
      client.auth.prove(endpoint, { username: 'reader', password: new Secret('-') }),
    )
    await expect(proving).rejects.toMatchObject({ code: 'etcd-not-etcd' })
  }
})

test('what a call is refused with is clean text, on one line', async () => {
  const refusal = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '2' }
  const message = '%0a%1b[31m<script>%00%E2%80%AEx'
  const server = startHttp2((stream) => stream.respond({ ...refusal, 'grpc-message': message }, { endStream: true }))
  const said = '\uFFFD[31m<script>\uFFFD\uFFFDx'
  await expect(askAt(server, (client, endpoint) => client.alarms({ endpoint }))).rejects.toMatchObject({
    code: 'etcd-failed',
    message: expect.stringMatching(/: \uFFFD\[31m<script>\uFFFD\uFFFDx$/),
    details: { said },
  })
})

describe('an answer over HTTP/2 that is none of gRPC', () => {
  test.each([
    { shown: 'a page', status: 200, body: '<html><body>Welcome</body></html>', said: 'content-type: text/html' },
    { shown: 'less than the head of a frame', status: 200, body: '<a>', said: 'content-type: text/html' },
    { shown: 'what would be an empty message', status: 200, body: '\0\0\0\0\0', said: 'content-type: text/html' },
    { shown: 'a page that is not there', status: 404, body: '<html>', said: 'Received HTTP status code 404' },
  ])('is told as that: $shown', async ({ status, body, said }) => {
    const answer = { ':status': status, 'content-type': 'text/html' }
    for (const question of [
      (client: EtcdClient, endpoint: ReturnType<typeof namedEndpoint>) => client.alarms({ endpoint }),
      (client: EtcdClient, endpoint: ReturnType<typeof namedEndpoint>) => client.status(endpoint),
    ]) {
      const server = startHttp2((stream) => {
        stream.respond(answer)
        stream.end(body)
      })
      const asked = askAt<unknown>(server, question)
      await expect(asked).rejects.toMatchObject({ code: 'etcd-not-etcd', details: { said } })
    }
  })
})
