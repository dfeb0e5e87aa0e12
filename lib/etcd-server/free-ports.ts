import { once } from 'node:events'
import { createServer } from 'node:http'

/** Given out by this process: the system may offer a port again as soon as we let go of it. */
const givenOut = new Set<number>()
const remembered = 2000

/**
 * Ports of `host` that nobody listens on now. Between this answer and the start of a server somebody else may take one:
 * whoever starts it has to be ready to ask again.
 */
export async function getFreePorts(host: string, count: number): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count) {
    const port = await askForPort(host)
    if (givenOut.has(port)) continue
    remember(port)
    ports.push(port)
  }
  return ports
}

function remember(port: number): void {
  givenOut.add(port)
  const [oldest] = givenOut
  if (givenOut.size > remembered && oldest !== undefined) givenOut.delete(oldest)
}

async function askForPort(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || !address) throw new Error(`${host} gives no port`)
  return address.port
}
