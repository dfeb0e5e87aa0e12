import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo, Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { Worker } from 'node:worker_threads'

/** A server that is not what somebody hopes to find behind an endpoint. */
export interface OddServer extends AsyncDisposable {
  readonly port: number
  /** Connections it took so far. */
  readonly connections: number
}

async function serve(server: Server): Promise<OddServer> {
  const open = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections += 1
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => open.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Cuts every connection with a reset. */
export const startResetting = () => serve(createServer((socket) => socket.resetAndDestroy()))

/** Takes every connection and never says a word. */
export const startSilent = () => serve(createServer(() => undefined))

/** Speaks first, as SSH does. */
export const startSsh = () => serve(createServer((socket) => socket.write('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n')))

/** Answers whatever it hears with these bytes, and hangs up or does not. */
export function startBabbling(bytes: Uint8Array, hangsUp: boolean): Promise<OddServer> {
  return serve(createServer((socket) => socket.on('data', () => (hangsUp ? socket.end(bytes) : socket.write(bytes)))))
}

/** Answers every page alike. */
export function startWeb(status: number, body: string, server = 'nginx/1.22.1'): Promise<OddServer> {
  return serve(createHttpServer((_, response) => response.writeHead(status, { server }).end(body)))
}

/** Answers every gRPC call with one message, by its path; not at all where there is none. */
export function startGrpc(message: (path: string) => Uint8Array | undefined): Promise<OddServer> {
  return startHttp2((stream, path) => {
    const body = message(path)
    if (!body) return
    const head = Buffer.alloc(5)
    head.writeUInt32BE(body.length, 1)
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.resume().end(Buffer.concat([head, body]))
  })
}

/** Speaks HTTP/2 without TLS, and answers each question as it likes. */
export function startHttp2(answer: (stream: ServerHttp2Stream, path: string) => void): Promise<OddServer> {
  const server = createHttp2Server().on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    answer(stream, String(headers[':path']))
  })
  return serve(server.on('sessionError', () => undefined))
}

/** An etcd of 2016, as far as it tells strangers: HTTP/1 only, keys under /v2. */
export const startEtcdV2 = () => startWeb(200, '{"etcdserver":"2.3.8","etcdcluster":"2.3.0"}', '')

/** Hands connections to its targets in turn, as a balancer does. */
export function startBalancer(ports: readonly number[]): Promise<OddServer> {
  let next = 0
  return serve(
    createServer((socket) => {
      const target = connect({ host: '127.0.0.1', port: ports[next % ports.length] ?? 0 })
      next += 1
      target.on('error', () => socket.destroy())
      socket.on('close', () => target.destroy())
      target.on('close', () => socket.destroy())
      socket.pipe(target).pipe(socket)
    }),
  )
}

const fullAfterMs = 300
const queueMax = 16

/**
 * A listener whose queue is full: what connects to it hears nothing, as behind a firewall that drops packets. On `0.0.0.0` it is
 * one at every address of this machine.
 */
export async function startBlackHole(listenHost = '127.0.0.1'): Promise<OddServer> {
  const worker = new Worker(new URL('./odd-deaf-listener.ts', import.meta.url), { workerData: listenHost })
  const [port] = (await once(worker, 'message')) as [number]
  const waiting: Socket[] = []
  for (let isTaken = true; isTaken && waiting.length < queueMax; ) {
    const socket = connect({ host: '127.0.0.1', port }).on('error', () => undefined)
    waiting.push(socket)
    isTaken = await Promise.race([once(socket, 'connect').then(() => true), later(fullAfterMs)])
  }
  return {
    port,
    connections: 0,
    async [Symbol.asyncDispose]() {
      for (const socket of waiting) socket.destroy()
      await worker.terminate()
    },
  }
}

function later(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, ms, false))
}
