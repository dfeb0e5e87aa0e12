import { createHmac, randomBytes } from 'node:crypto'
import { formatIpAddress, parseIpAddress } from '#lib/ip-address.ts'
import type { AddressPolicy } from '#lib/net/address-policy.ts'
import { formatSocket } from '#lib/net/address-policy.ts'
import type { Destination } from '#lib/net/own-endpoint.ts'
import { processWide } from '#lib/process-wide.ts'
import type { Secret } from '#lib/secret.ts'

/** Where one member is spoken to: one address, never a balancer's list. */
export interface EtcdEndpoint {
  readonly scheme: 'http' | 'https'
  readonly destination: Destination
}

export interface EtcdTls {
  /** Certificates that vouch for the servers; without them, those of the system. */
  readonly caPem?: string | undefined
  readonly clientCertPem?: string | undefined
  readonly clientKeyPem?: Secret<string> | undefined
  /** The name expected in the servers' certificates, where it is not the one they are reached by. */
  readonly serverName?: string | undefined
}

export interface EtcdCredential {
  readonly username: string
  readonly password: Secret<string>
}

/** Everything needed to speak to a cluster, and what this speaker may reach. */
export interface EtcdAccess {
  readonly endpoints: readonly EtcdEndpoint[]
  readonly tls?: EtcdTls | undefined
  /** Used by everything that looks. */
  readonly reader?: EtcdCredential | undefined
  /** Used by nothing but what etcd demands root for. */
  readonly root?: EtcdCredential | undefined
  /** Advertised `host:port` → `host:port` that is reachable from here. */
  readonly addressMap?: Readonly<Record<string, string>> | undefined
  readonly door: { readonly policy: AddressPolicy; readonly dnsServers?: readonly string[] }
}

const portMax = 65_535

/** Spelled canonically: names have no case, and addresses of IPv6 many spellings. */
export interface HostPort {
  readonly host: string
  readonly port: number
}

/** `https://etcd-0.example.com:2379` as an endpoint; `undefined` for anything but scheme, host and port. The port is never guessed. */
export function parseEndpoint(text: string): (EtcdEndpoint & { readonly destination: HostPort }) | undefined {
  const [, spelled, address] = /^(https?):\/\/([^/?#@\s]+)\/?$/i.exec(text) ?? []
  const scheme = spelled?.toLowerCase()
  const destination = address === undefined ? undefined : parseHostPort(address)
  if (destination === undefined || (scheme !== 'http' && scheme !== 'https')) return
  return { scheme, destination }
}

/** `host:port` or `[::1]:port`, the host without brackets and in its canonical spelling. */
export function parseHostPort(text: string): HostPort | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  return host === undefined || port < 1 || port > portMax ? undefined : { host: canonicalHost(host), port }
}

function canonicalHost(host: string): string {
  const bare = host.replace(/^\[|\]$/g, '')
  // Those of IPv4 have one.
  const address = bare.includes(':') ? parseIpAddress(bare) : undefined
  return address ? formatIpAddress(address) : bare.toLowerCase()
}

/** `host:port`, spelled canonically. */
export function formatDestination(destination: Destination): string {
  const host = 'host' in destination ? destination.host : destination.address
  return formatSocket(canonicalHost(host), destination.port)
}

export function formatEndpoint({ scheme, destination }: EtcdEndpoint): string {
  return `${scheme}://${formatDestination(destination)}`
}

/** Whether a person named this endpoint; all others were advertised by a member. */
export function isGiven({ endpoints }: EtcdAccess, endpoint: EtcdEndpoint): boolean {
  return endpoints.some((given) => formatEndpoint(given) === formatEndpoint(endpoint))
}

/** Whether it is spoken to as the endpoints given are: what a member advertises does not decide that TLS is done without. */
export function isOfGivenScheme({ endpoints }: EtcdAccess, { scheme }: EtcdEndpoint): boolean {
  return endpoints.length === 0 || endpoints.some((given) => given.scheme === scheme)
}

/** Of this process alone: what is made with it never tells the secrets that went in, not even to somebody who can guess. */
const fingerprintKey = processWide('etcd fingerprint-key', () => randomBytes(32))

function fingerprint(parts: readonly (string | undefined)[]): string {
  return createHmac('sha256', fingerprintKey).update(JSON.stringify(parts)).digest('base64url')
}

/** Equal for accesses that may share a connection to the same endpoint: same trust, same identity, same borders. */
export function connectionFingerprint(access: EtcdAccess, endpoint: EtcdEndpoint): string {
  const tls = endpoint.scheme === 'https' ? access.tls : undefined
  const { policy, dnsServers } = access.door
  return fingerprint([
    formatEndpoint(endpoint),
    'host' in endpoint.destination ? 'named' : 'own',
    tls?.caPem,
    tls?.clientCertPem,
    tls?.clientKeyPem?.reveal(),
    tls?.serverName,
    JSON.stringify([policy.privateRanges, policy.loopback, dnsServers]),
  ])
}

/** Equal for accesses that may share a token: the same user of the same cluster, proven by the same password. */
export function tokenFingerprint(access: EtcdAccess, { username, password }: EtcdCredential): string {
  const connections = access.endpoints.map((endpoint) => connectionFingerprint(access, endpoint))
  return fingerprint([...connections.toSorted(), username, password.reveal()])
}
