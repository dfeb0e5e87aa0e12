import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer as createHttpServer, get } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Authority, Certificate } from '#lib/etcd-server/certificates.ts'
import { makeAuthority } from '#lib/etcd-server/certificates.ts'
import type { AddressPolicy } from '#lib/net/address-policy.ts'
import { dial } from '#lib/net/dial.ts'
import type { TlsSettings } from '#lib/net/dial-tls.ts'
import { dialTls } from '#lib/net/dial-tls.ts'
import { doorAgent } from '#lib/net/door-agent.ts'
import { httpGet } from '#lib/net/http-get.ts'
import { addMs, dayMs, secondMs } from '#lib/time.ts'
import type { Canary } from '#tests/support/canary.ts'
import { startCanary } from '#tests/support/canary.ts'

const host = '127.0.0.1'
const closing: (() => void)[] = []

let canary: Canary

beforeAll(async () => {
  canary = await startCanary()
})

afterAll(async () => {
  for (const close of closing) close()
  await canary[Symbol.asyncDispose]()
})

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined))
  })
  server.listen(0, host)
  await once(server, 'listening')
  closing.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

const serve = (listener: RequestListener) => listen(createHttpServer(listener))
const serveRaw = (onConnection: (socket: Socket) => void) => listen(createServer(onConnection))

/** A door open for one socket of this machine. */
const doorTo = (port: number, timeoutMs = 5 * secondMs) => ({
  policy: { privateRanges: [], loopback: [`${host}:${port}`] } satisfies AddressPolicy,
  signal: AbortSignal.timeout(timeoutMs),
})

describe('a server that points elsewhere', () => {
  it.each([301, 302, 303, 307, 308])('is answered by nobody following it (%i)', async (status) => {
    const location = `http://${host}:${canary.port}/`
    const port = await serve((_, response) =>
      response.writeHead(status, { location, refresh: `0; url=${location}` }).end(),
    )
    const answer = await httpGet({ host, port }, { ...doorTo(port), path: '/', maxBytes: 100 })
    expect([answer.status, answer.headers.location]).toEqual([status, location])
    expect(canary.connects).toEqual([])
  })

  it('is reached by a library that brings its own HTTP, through the door and no other way', async () => {
    const port = await serve((_, response) => response.end('ok'))
    const agent = doorAgent('http:', { policy: doorTo(port).policy })
    const [response] = await once(get({ host: 'localhost', port, agent }), 'response')
    expect([response.statusCode, response.socket.remoteAddress]).toEqual([200, host])
    response.resume()
  })

  it('is followed by no library that brings its own HTTP either, unless through the door again', async () => {
    const agent = doorAgent('http:', { policy: doorTo(0).policy })
    const request = get({ host, port: canary.port, agent })
    const [failure] = await once(request, 'error')
    expect(failure).toMatchObject({ code: 'address-denied' })
    expect(canary.connects).toEqual([])
  })
})

describe('a question', () => {
  it('goes to the name it was given for, on a connection that ends with it', async () => {
    const hosts: (string | undefined)[] = []
    const port = await serve((request, response) => {
      hosts.push(request.headers.host)
      response.setHeader('x-path', request.url ?? '')
      response.end('{"health":"true"}')
    })
    const answer = await httpGet({ host: 'localhost', port }, { ...doorTo(port), path: '/health?a=1', maxBytes: 100 })
    expect([answer.status, answer.headers['x-path'], answer.body.toString()]).toEqual([
      200,
      '/health?a=1',
      '{"health":"true"}',
    ])
    expect([hosts, answer.headers.connection]).toEqual([[`localhost:${port}`], 'close'])
  })

  it('takes no more than it asked for', async () => {
    const port = await serve((_, response) => response.end(Buffer.alloc(1_000_000)))
    const question = { ...doorTo(port), path: '/' }
    await expect(httpGet({ host, port }, { ...question, maxBytes: 999_999 })).rejects.toMatchObject({
      code: 'answer-too-large',
      details: { maxBytes: 999_999 },
    })
    const head = await httpGet({ host, port }, { ...question, maxBytes: 1000, isHeadEnough: true })
    expect(head.body).toHaveLength(1000)
    const { body } = await httpGet({ host, port }, { ...question, maxBytes: 1_000_000 })
    expect(body.length).toBe(1_000_000)
  })

  it('does not wait for ever for an answer, for its end, or for its headers', async () => {
    const ports = await Promise.all([
      serveRaw(() => undefined),
      serveRaw((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc')),
      serveRaw((socket) => socket.write('HTTP/1.1 200 OK\r\nx-drip: ')),
    ])
    for (const port of ports) {
      await expect(httpGet({ host, port }, { ...doorTo(port, 200), path: '/', maxBytes: 100 })).rejects.toMatchObject({
        code: 'timed-out',
        details: { host, port, address: host, phase: 'answer' },
      })
    }
  })

  it('tells what is no HTTP, and what hangs up, apart', async () => {
    const noHttp = await serveRaw((socket) => socket.end('SSH-2.0-OpenSSH_9.2p1\r\n'))
    const hangsUp = await serveRaw((socket) => socket.end())
    const question = { path: '/', maxBytes: 100 }
    await expect(httpGet({ host, port: noHttp }, { ...doorTo(noHttp), ...question })).rejects.toMatchObject({
      code: 'answer-unreadable',
    })
    await expect(httpGet({ host, port: hangsUp }, { ...doorTo(hangsUp), ...question })).rejects.toMatchObject({
      code: 'connection-reset',
    })
  })
})

describe('a connection', () => {
  it('that is refused says so', async () => {
    const server = createServer().listen(0, host)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    await expect(dial({ host, port }, doorTo(port))).rejects.toMatchObject({
      code: 'connection-refused',
      details: { host, port, address: host, reason: 'ECONNREFUSED' },
    })
  })

  it('into a black hole ends when its time is over', async () => {
    const { port, end } = await startBlackHole()
    try {
      await expect(dial({ host, port }, doorTo(port, 300))).rejects.toMatchObject({
        code: 'connection-timed-out',
        details: { host, port, address: host, reason: 'ETIMEDOUT' },
      })
    } finally {
      end()
    }
  })
})

describe('TLS', () => {
  let authority: Authority
  let stranger: Authority
  let server: Certificate
  let client: Certificate

  beforeAll(async () => {
    authority = await makeAuthority('our authority')
    stranger = await makeAuthority('somebody else')
    server = await authority.issue({ name: 'etcd', hosts: ['localhost', host], usages: ['server'] })
    client = await authority.issue({ name: 'kstone', usages: ['client'] })
  })

  /** `tls` is what the client brings; an answer is read, since TLS 1.3 refuses clients only after they believe to be in. */
  async function speak(options: TlsOptions, tls: TlsSettings, name = 'localhost'): Promise<string> {
    const listener = createTlsServer(options, (socket) => socket.on('error', () => undefined).end('hello'))
    const port = await listen(listener)
    const socket = await dialTls({ host: name, port }, { ...doorTo(port), tls })
    return await readAll(socket)
  }

  const serverOf = ({ certPem, keyPem }: Certificate) => ({ cert: certPem, key: keyPem.reveal() })

  it('is spoken with a server whose authority is given, by name and by address', async () => {
    const options = serverOf(server)
    await expect(speak(options, { ca: authority.certPem })).resolves.toBe('hello')
    await expect(speak(options, { ca: authority.certPem }, host)).resolves.toBe('hello')
  })

  it('checks the name that was given, not the address it leads to', async () => {
    const other = serverOf(await authority.issue({ name: 'etcd', hosts: ['etcd.internal', host], usages: ['server'] }))
    const ca = authority.certPem
    await expect(speak(other, { ca })).rejects.toMatchObject({ code: 'certificate-name-mismatch' })
    await expect(speak(other, { ca, serverName: 'etcd.internal' })).resolves.toBe('hello')
    await expect(speak(other, { ca, serverName: host })).resolves.toBe('hello')
    await expect(speak(other, { ca, serverName: 'etcd.elsewhere' })).rejects.toMatchObject({
      code: 'certificate-name-mismatch',
    })
  })

  it('tells an unknown authority, an old and a future certificate apart', async () => {
    const request = { name: 'etcd', hosts: ['localhost'], usages: ['server' as const] }
    const now = new Date()
    const old = await authority.issue({ ...request, notBefore: addMs(now, -9 * dayMs), notAfter: addMs(now, -dayMs) })
    const future = await authority.issue({ ...request, notBefore: addMs(now, dayMs), notAfter: addMs(now, 9 * dayMs) })
    const ca = authority.certPem
    await expect(speak(serverOf(server), { ca: stranger.certPem })).rejects.toMatchObject({
      code: 'certificate-untrusted',
    })
    await expect(speak(serverOf(server), {})).rejects.toMatchObject({ code: 'certificate-untrusted' })
    await expect(speak(serverOf(old), { ca })).rejects.toMatchObject({ code: 'certificate-expired' })
    await expect(speak(serverOf(future), { ca })).rejects.toMatchObject({ code: 'certificate-not-yet-valid' })
  })

  it('shows a client certificate to a server that wants one', async () => {
    const options = { ...serverOf(server), ca: authority.certPem, requestCert: true }
    await expect(speak(options, { ca: authority.certPem, ...serverOf(client) })).resolves.toBe('hello')
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('names a wrong client certificate, by %s', async (version) => {
    const options = {
      ...serverOf(server),
      ca: stranger.certPem,
      requestCert: true,
      minVersion: version,
      maxVersion: version,
    }
    const refused = speak(options, { ca: authority.certPem, ...serverOf(client) })
    // A server of Node hangs up on a stranger without a word; that is all the client can know.
    await expect(refused).rejects.toMatchObject({
      code: expect.stringMatching(/^(ECONNRESET|connection-reset|client-certificate-refused)$/),
    })
  })

  it('says before it connects that certificate and key are no pair, or no PEM', async () => {
    const other = await authority.issue({ name: 'other', usages: ['client'] })
    const mixed = { cert: client.certPem, key: other.keyPem.reveal() }
    await expect(dialTls({ host, port: canary.port }, { ...doorTo(canary.port), tls: mixed })).rejects.toMatchObject({
      code: 'client-key-mismatch',
    })
    for (const tls of [{ ca: 'no PEM' }, { cert: 'no PEM', key: 'no PEM' }, { ...serverOf(client), key: 'no PEM' }]) {
      await expect(dialTls({ host, port: canary.port }, { ...doorTo(canary.port), tls })).rejects.toMatchObject({
        code: 'certificate-unreadable',
      })
    }
    expect(canary.connects).toEqual([])
  })

  it('is not spoken by a server of plain HTTP', async () => {
    const port = await serve((_, response) => response.end())
    await expect(dialTls({ host, port }, { ...doorTo(port), tls: {} })).rejects.toMatchObject({
      code: 'tls-not-spoken',
      details: { host, port, address: host },
    })
  })

  it('is not waited for when the server never answers', async () => {
    const port = await serveRaw(() => undefined)
    await expect(dialTls({ host, port }, { ...doorTo(port, 200), tls: {} })).rejects.toMatchObject({
      code: 'timed-out',
      details: { host, port, address: host, phase: 'tls' },
    })
  })

  it('is what a question is asked over when it brings any', async () => {
    const listener = createTlsServer(serverOf(server), (socket) => {
      socket.on('error', () => undefined).end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
    })
    const port = await listen(listener)
    const question = { ...doorTo(port), path: '/', maxBytes: 100, tls: { ca: authority.certPem } }
    const answer = await httpGet({ host: 'localhost', port }, question)
    expect(answer.body.toString()).toBe('ok')
  })
})

async function readAll(socket: Socket): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of socket) pieces.push(piece)
  if (pieces.length === 0) throw Object.assign(new Error('The server hung up'), { code: 'ECONNRESET' })
  return Buffer.concat(pieces).toString()
}

/** A port whose queue of connections is full and never emptied: the kernel drops whoever comes next, as a firewall would. */
async function startBlackHole(): Promise<{ port: number; end: () => void }> {
  const program = `const server = require('node:net').createServer().listen({ port: 0, host: '${host}', backlog: 1 }, () => {
    process.stdout.write(String(server.address().port), () => process.kill(process.pid, 'SIGSTOP'))
  })`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [chunk] = await once(child.stdout, 'data')
  const port = Number(String(chunk))
  const waiting: Socket[] = []
  const end = () => {
    for (const socket of waiting) socket.destroy()
    child.kill('SIGKILL')
  }
  for (let full = false; !full && waiting.length < 50; ) {
    const socket = connect({ host, port }).on('error', () => undefined)
    waiting.push(socket)
    const outcome = await Promise.race([
      once(socket, 'connect').then(() => 'connected'),
      once(AbortSignal.timeout(300), 'abort'),
    ])
    full = outcome !== 'connected'
  }
  return { port, end }
}
