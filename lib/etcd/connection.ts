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

export function formatEndpoint(endpoint: EtcdEndpoint): string {
  return once(spellings, endpoint, () => `${endpoint.scheme}://${formatDestination(endpoint.destination)}`)
}

/** Endpoints and what belongs to them are asked for with every call and never change: each is read once. */
const spellings = new WeakMap<EtcdEndpoint, string>()

function once<Key extends object>(known: WeakMap<Key, string>, key: Key, make: () => string): string {
  const print = known.get(key) ?? make()
  known.set(key, print)
  return print
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

const borders = new WeakMap<AddressPolicy, string>()
const trusts = new WeakMap<EtcdTls, string>()
const logins = new WeakMap<EtcdAccess, WeakMap<EtcdCredential, string>>()

function bordersOf({ policy, dnsServers }: EtcdAccess['door']): string {
  // Read from a table, in whatever order it gives them.
  const print = once(borders, policy, () => fingerprint([policy.privateRanges, policy.loopback].map(sortedList)))
  return dnsServers ? `${print} ${dnsServers.join()}` : print
}

function sortedList(texts: readonly string[]): string {
  return texts.toSorted().join()
}

function trustOf(tls: EtcdTls): string {
  const { caPem, clientCertPem, clientKeyPem, serverName } = tls
  return once(trusts, tls, () => fingerprint([caPem, clientCertPem, clientKeyPem?.reveal(), serverName]))
}

/** Equal for accesses that may share a connection to the same endpoint: same trust, same identity, same borders. */
export function connectionFingerprint({ tls, door }: EtcdAccess, endpoint: EtcdEndpoint): string {
  const kind = 'host' in endpoint.destination ? 'named' : 'own'
  const trust = endpoint.scheme === 'https' && tls ? trustOf(tls) : ''
  return `${formatEndpoint(endpoint)} ${kind} ${trust} ${bordersOf(door)}`
}

/** Equal for accesses that may share a token: the same user of the same cluster, proven by the same password. */
export function tokenFingerprint(access: EtcdAccess, credential: EtcdCredential): string {
  const known = logins.get(access) ?? new WeakMap()
  logins.set(access, known)
  return once(known, credential, () => {
    const connections = access.endpoints.map((endpoint) => connectionFingerprint(access, endpoint))
    return fingerprint([...connections.toSorted(), credential.username, credential.password.reveal()])
  })
}
