import { once } from 'node:events'
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { snapshotMethod } from '#lib/etcd/own-methods.ts'

/** What happens to snapshots on their way; places are parts of the whole stream, from 0 up to 1. */
export type SnapshotHarm =
  /** One bit is another. */
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  /** It ends there, in good order. */
  | { readonly kind: 'truncate'; readonly at: number }
  /** It ends in good order before the digest. */
  | { readonly kind: 'no-digest' }
  /** Bytes stop coming until another harm is set, or none; the connection stays. */
  | { readonly kind: 'stall'; readonly at: number }
  /** It is of the etcd behind another port. */
  | { readonly kind: 'another'; readonly port: number }

/** A way to a member that understands gRPC: it passes every call on and can alter snapshots, message by message. */
export interface SnapshotRelay extends AsyncDisposable {
  readonly port: number
  /** Paths of the calls that came through, in order. */
  readonly calls: string[]
  /** Snapshots whose last message was passed on. */
  readonly snapshots: number
  /** What was altered so far: a harm that never happened proves nothing. */
  readonly harmed: number
  setHarm(harm: SnapshotHarm | undefined): void
  /** From now on calls of these are never answered, once so many snapshots more went through. */
  hold(methods: RegExp, afterSnapshots?: number): void
  /** Calls that were held so far. */
  readonly heldCalls: number
  release(): void
}

const http2Preface = 'PRI * HTTP/2.0'

export async function startSnapshotRelay(memberPort: number): Promise<SnapshotRelay> {
  const relay = new Relay(memberPort)
  const sockets = new Set<Socket>()
  const http2 = createHttp2Server()
  http2.on('sessionError', () => undefined)
  http2.on('stream', (stream, headers) => relay.serve(stream, headers))
  const server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => client.destroy()).on('close', () => sockets.delete(client))
    client.once('readable', () => {
      const head: Buffer | null = client.read()
      if (head === null) return
      client.unshift(head)
      if (head.toString('latin1').startsWith(http2Preface)) http2.emit('connection', client)
      else pass(client, memberPort)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    calls: relay.calls,
    get snapshots() {
      return relay.snapshots
    },
    get harmed() {
      return relay.harmed
    },
    setHarm: (harm) => relay.setHarm(harm),
    get heldCalls() {
      return relay.heldCalls
    },
    hold: (methods, afterSnapshots = 0) => {
      relay.held = { methods, afterSnapshots: relay.snapshots + afterSnapshots }
    },
    release: () => {
      relay.held = undefined
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      relay.close()
      await closed
    },
  }
}

/** What is no HTTP/2, as metrics are. */
function pass(client: Socket, port: number): void {
  const upstream = connect(port, '127.0.0.1')
  upstream.on('error', () => client.destroy()).on('close', () => client.destroy())
  client.on('close', () => upstream.destroy())
  client.pipe(upstream).pipe(client)
}

class Relay {
  readonly calls: string[] = []
  snapshots = 0
  harmed = 0
  heldCalls = 0
  harm: SnapshotHarm | undefined
  held: { methods: RegExp; afterSnapshots: number } | undefined
  readonly #memberPort: number
  #change = Promise.withResolvers<void>()
  readonly #sessions = new Map<number, ClientHttp2Session>()

  constructor(memberPort: number) {
    this.#memberPort = memberPort
  }

  serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const path = headers[':path'] ?? ''
    this.calls.push(path)
    stream.on('error', () => stream.destroy())
    if (this.held?.methods.test(path) && this.snapshots >= this.held.afterSnapshots) {
      this.heldCalls += 1
      return
    }
    const isSnapshot = path === snapshotMethod.path
    const harm = isSnapshot ? this.harm : undefined
    const port = harm?.kind === 'another' ? harm.port : this.#memberPort
    if (harm?.kind === 'another') this.harmed += 1
    const onward = this.#session(port).request(headers)
    stream.pipe(onward)
    stream.on('close', () => onward.close())
    onward.on('error', () => stream.destroy())
    onward.once('response', (answer, flags) => {
      const isOver = (flags & endStream) !== 0
      stream.respond(answer, { endStream: isOver, waitForTrailers: !isOver })
    })
    this.#passTrailers(onward, stream)
    if (isSnapshot) void this.#passSnapshot(onward, stream, harm).catch(() => stream.destroy())
    else onward.pipe(stream)
  }

  setHarm(harm: SnapshotHarm | undefined): void {
    this.harm = harm
    this.#change.resolve()
    this.#change = Promise.withResolvers()
  }

  close(): void {
    for (const session of this.#sessions.values()) session.destroy()
  }

  #passTrailers(onward: ClientHttp2Stream, stream: ServerHttp2Stream): void {
    const { promise, resolve } = Promise.withResolvers<IncomingHttpHeaders>()
    onward.once('trailers', resolve)
    stream.once('wantTrailers', () => {
      promise.then((trailers) => (stream.destroyed ? undefined : stream.sendTrailers(trailers))).catch(() => undefined)
    })
  }

  async #passSnapshot(onward: ClientHttp2Stream, stream: ServerHttp2Stream, harm: SnapshotHarm | undefined) {
    const onHarm = () => {
      this.harmed += 1
    }
    const passage = new Passage(harm, { onHarm, resumed: () => this.#change.promise })
    for await (const message of messagesOf(onward)) {
      const sent = await passage.pass(message)
      if (sent && !stream.write(frame(sent))) await once(stream, 'drain')
    }
    this.snapshots += 1
    stream.end()
  }

  #session(port: number): ClientHttp2Session {
    const open = this.#sessions.get(port)
    if (open && !open.closed && !open.destroyed) return open
    const session = connectHttp2(`http://127.0.0.1:${port}`)
    session.on('error', () => session.destroy())
    this.#sessions.set(port, session)
    return session
  }
}

/** Of HTTP/2, in a frame of headers. */
const endStream = 1
const digestBytes = 32

/** One snapshot on its way. */
class Passage {
  #harm: SnapshotHarm | undefined
  readonly #outside: { onHarm: () => void; resumed: () => Promise<void> }
  #total: number | undefined
  #at = 0
  #isOver = false

  constructor(harm: SnapshotHarm | undefined, outside: { onHarm: () => void; resumed: () => Promise<void> }) {
    this.#harm = harm
    this.#outside = outside
  }

  /** What goes on in place of a message; undefined where nothing does. */
  async pass(message: Buffer): Promise<Buffer | undefined> {
    const { remainingBytes, blob } = snapshotMethod.decode(message)
    this.#total ??= blob.length + Number(remainingBytes) + digestBytes
    if (this.#isOver) return undefined
    if (this.#harm?.kind === 'stall' && this.#place(this.#harm.at) < blob.length) {
      this.#outside.onHarm()
      this.#harm = undefined
      await this.#outside.resumed()
    }
    const altered = this.#alter(blob)
    this.#at += blob.length
    if (altered === blob) return message
    this.#outside.onHarm()
    this.#isOver = altered.length < blob.length
    return altered.length === 0 ? undefined : encode(remainingBytes, altered)
  }

  /** Where it is in this message; below 0 where it is behind. */
  #place(at: number): number {
    const total = this.#total ?? 0
    return Math.min(total - 1, Math.floor(at * total)) - this.#at
  }

  #alter(blob: Buffer): Buffer {
    const harm = this.#harm
    if (harm === undefined || harm.kind === 'another' || harm.kind === 'stall') return blob
    if (harm.kind === 'no-digest') return this.#place(1) < digestBytes ? blob.subarray(0, 0) : blob
    const place = this.#place(harm.at)
    if (place < 0 || place >= blob.length) return blob
    if (harm.kind === 'truncate') return blob.subarray(0, place)
    const copy = Buffer.from(blob)
    copy.set([(copy[place] ?? 0) ^ (1 << harm.bit)], place)
    return copy
  }
}

/** gRPC puts five bytes before each message: whether it is compressed, and its length. */
async function* messagesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = Buffer.alloc(0)
  for await (const piece of stream) {
    left = Buffer.concat([left, piece])
    while (left.length >= 5 && left.length >= 5 + left.readUInt32BE(1)) {
      const end = 5 + left.readUInt32BE(1)
      yield left.subarray(5, end)
      left = left.subarray(end)
    }
  }
}

function frame(message: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** A `SnapshotResponse`: what remains is field 2, the bytes are field 3. */
function encode(remainingBytes: bigint, blob: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from([2 << 3]),
    varint(remainingBytes),
    Buffer.from([(3 << 3) | 2]),
    varint(BigInt(blob.length)),
    blob,
  ])
}

function varint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(rest)])
}
