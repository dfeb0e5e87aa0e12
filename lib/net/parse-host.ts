import { AppError } from '#lib/errors.ts'
import type { IpAddress } from '#lib/ip-address.ts'
import { parseIpAddress } from '#lib/ip-address.ts'
import type { NamedEndpoint } from './own-endpoint.ts'

export type Host = { address: IpAddress } | { name: string }

/** Why a host is not read at all; each is something to say to the person who wrote it. */
type Malformation = 'empty' | 'too-long' | 'zone' | 'not-ascii' | 'not-an-address' | 'trailing-dot' | 'not-a-name'

/** RFC 1035 §2.3.4, without the dot at the end. */
const nameLengthMax = 253

/** Letters, digits and hyphens (RFC 1123 §2.1), and the underscore, which container networks use. */
const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/

/**
 * Reads a host as a name or an address, strictly: what another program could read differently (`127.1`, `0x7f000001`, `010.0.0.1`,
 * full-width digits, a zone, a user before `@`) is refused, never interpreted.
 *
 * @throws AppError `address-malformed`
 */
export function parseHost({ host, port }: NamedEndpoint): Host {
  const refuse = (reason: Malformation | 'port') =>
    new AppError('address-malformed', `${JSON.stringify(host)} port ${port} is no address to connect to: ${reason}`, {
      details: { host, port, reason },
    })
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw refuse('port')
  if (typeof host !== 'string') throw refuse('empty')
  const bare = /^\[(.*:.*)\]$/s.exec(host)?.[1] ?? host
  const address = parseIpAddress(bare)
  if (address) return { address }
  const name = host.toLowerCase()
  const malformation = findMalformation(name)
  if (malformation) throw refuse(malformation)
  return { name }
}

function findMalformation(name: string): Malformation | undefined {
  if (name === '') return 'empty'
  if (name.length > nameLengthMax) return 'too-long'
  if (/[^\x20-\x7e]/.test(name)) return 'not-ascii'
  if (name.includes('%')) return 'zone'
  if (name.endsWith('.')) return 'trailing-dot'
  const labels = name.split('.')
  if (name.includes(':') || readsAsNumber(labels.at(-1) ?? '')) return 'not-an-address'
  return labels.every((one) => label.test(one)) ? undefined : 'not-a-name'
}

/** Where the last label is a number, inet_aton and the URL standard take the whole for an IPv4 address. */
function readsAsNumber(last: string): boolean {
  return /^(\d+|0x[0-9a-f]*)$/.test(last)
}
