import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'

/** Something on this machine that nobody may reach: it counts everyone who does. */
export interface Canary extends AsyncDisposable {
  port: number
  /** Who connected: the local addresses they reached. */
  connects: string[]
}

/** Listens on a free port of every address of this machine, so whatever leads here by any way is seen. */
export async function startCanary(): Promise<Canary> {
  const connects: string[] = []
  const server = createServer((socket) => {
    connects.push(socket.localAddress ?? 'gone')
    socket.on('error', () => undefined)
    socket.destroy()
  })
  server.listen({ port: 0, host: '::', ipv6Only: false })
  await Promise.race([once(server, 'listening'), once(server, 'error').then(() => listenOnIpv4(server))])
  const { port } = server.address() as AddressInfo
  return {
    port,
    connects,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** A machine may have no IPv6 at all. */
async function listenOnIpv4(server: ReturnType<typeof createServer>): Promise<void> {
  server.listen(0, '0.0.0.0')
  await once(server, 'listening')
}
