import { lookup } from 'node:dns/promises'
import { formatIpAddress, parseIpAddress } from '#lib/ip-address.ts'
import { processWide } from '#lib/process-wide.ts'
import { minuteMs } from '#lib/time.ts'
import { unmapAddress } from './address-kind.ts'
import { formatSocket } from './address-policy.ts'
import type { NamedEndpoint } from './own-endpoint.ts'

const keptMs = minuteMs

interface Kept {
  sockets: readonly string[]
  until: number
}

const known = processWide('net closed-sockets', () => new Map<string, Kept>())

/**
 * The sockets of servers that a process leans on itself (database, Redis, mail): no range that an operator grants opens these to
 * a team. Looked up the way their own clients do, at most once a minute; what was known stays when the look-up fails.
 */
export async function closedSockets(servers: readonly NamedEndpoint[]): Promise<string[]> {
  const found = await Promise.all(servers.map(socketsOf))
  return [...new Set(found.flat())]
}

async function socketsOf({ host, port }: NamedEndpoint): Promise<readonly string[]> {
  const name = host.replace(/^\[|\]$/g, '')
  const key = formatSocket(name, port)
  const kept = known.get(key)
  if (kept && kept.until > Date.now()) return kept.sockets
  const answers = await lookup(name, { all: true }).catch(() => undefined)
  const sockets = answers?.flatMap(({ address }) => canonical(address, port)) ?? kept?.sockets ?? []
  known.set(key, { sockets, until: Date.now() + keptMs })
  return sockets
}

function canonical(text: string, port: number): string[] {
  const address = parseIpAddress(text)
  return address ? [formatSocket(formatIpAddress(unmapAddress(address)), port)] : []
}
