import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:net'

/** A wire to a server that can be counted and cut, while the server runs on. */
export interface TcpRelay extends AsyncDisposable {
  readonly port: number
  /** Connections open now, and the most there were at once. */
  readonly open: number
  readonly openMax: number
  readonly total: number
  /** What the server's answers came to, as far as clients took them. */
  readonly answeredBytes: number
  /** Breaks every connection; new ones are taken. */
  cut(): void
  /** Passes no more bytes on, as behind a firewall that drops packets; connections stay open, and new ones are taken. */
  freeze(): void
  /** Passes on what has waited, and goes on. */
  thaw(): void
}

export async function startTcpRelay(target: { address: string; port: number }): Promise<TcpRelay> {
  const clients = new Set<Socket>()
  const pairs = new Map<Socket, Socket>()
  let isFrozen = false
  let openMax = 0
  let total = 0
  let answeredBytes = 0
  const server = createServer((client) => {
    const upstream = connect(target.port, target.address)
    clients.add(client)
    total += 1
    openMax = Math.max(openMax, clients.size)
    pairs.set(client, upstream)
    upstream.on('data', (piece) => {
      answeredBytes += piece.length
    })
    if (isFrozen) part(client, upstream)
    else join(client, upstream)
    const end = () => {
      clients.delete(client)
      pairs.delete(client)
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const cut = () => {
    for (const client of clients) client.destroy()
  }
  return {
    port,
    get open() {
      return clients.size
    },
    get openMax() {
      return openMax
    },
    get total() {
      return total
    },
    get answeredBytes() {
      return answeredBytes
    },
    cut,
    freeze() {
      isFrozen = true
      for (const [client, upstream] of pairs) part(client, upstream)
    },
    thaw() {
      // Joined twice, a wire says everything twice.
      if (!isFrozen) return
      isFrozen = false
      for (const [client, upstream] of pairs) join(client, upstream)
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      cut()
      await closed
    },
  }
}

function join(client: Socket, upstream: Socket): void {
  client.pipe(upstream)
  upstream.pipe(client)
}

function part(client: Socket, upstream: Socket): void {
  for (const socket of [client, upstream]) socket.unpipe().pause()
}
