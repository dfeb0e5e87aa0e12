import { processWide } from '#lib/process-wide.ts'
import type { Destination, OwnEndpoint } from './own-endpoint.ts'

/** Known by identity, so that nothing read from outside can pass for one. */
const made = processWide('net own-endpoints', () => new WeakSet<object>())

/** The endpoint of a server that the caller has started and will stop. */
export function makeOwnEndpoint({ address, port }: { address: string; port: number }): OwnEndpoint {
  const endpoint = Object.freeze({ address, port }) as OwnEndpoint
  made.add(endpoint)
  return endpoint
}

export function isOwnEndpoint(destination: Destination): destination is OwnEndpoint {
  return made.has(destination)
}
