import { z } from 'zod'

const portMax = 65_535
/** etcd advises against more than 7 members; each is looked at in a diagnosis. */
const endpointsMax = 16
const addressMapMax = 64
const pemLengthMax = 200_000

/** The parts of an etcd client address; `host` is a name or an IP literal without brackets. */
export interface EndpointParts {
  isTls: boolean
  host: string
  port: number
}

/** etcd's own port for clients. */
const defaultClientPort = 2379

const form = /^(?:(https?):\/\/)?(\[[^\]\s]+\]|[^\s:/@?#[\]]+)(?::(\d{1,5}))?\/?$/i

/**
 * Takes an address as people write it apart: `https://10.0.0.1:2379`, `etcd-0.example.com`, `[2001:db8::1]:2379`. Without a
 * scheme `isTls` is undefined, without a port the port is 2379. Undefined for anything else; whether the host may be reached
 * is for `lib/net` to say.
 */
export function splitEndpoint(text: string): { isTls: boolean | undefined; host: string; port: number } | undefined {
  const [, scheme, host = '', digits] = form.exec(text.trim()) ?? []
  const port = digits === undefined ? defaultClientPort : Number(digits)
  if (host === '' || port < 1 || port > portMax) return undefined
  return {
    isTls: scheme === undefined ? undefined : scheme.toLowerCase() === 'https',
    host: canonicalHost(host.toLowerCase()),
    port,
  }
}

/** An address of IPv6 has many spellings; without brackets it is the one of RFC 5952. */
function canonicalHost(host: string): string {
  const parsed = host.startsWith('[') && URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : host
  return parsed.replace(/^\[|\]$/g, '')
}

/** The inverse for a stored endpoint: always scheme, host and port. */
export function joinEndpoint({ isTls, host, port }: EndpointParts): string {
  return `${isTls ? 'https' : 'http'}://${joinHostPort({ host, port })}`
}

export function joinHostPort({ host, port }: Pick<EndpointParts, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** An address with its scheme: the form in which endpoints are stored. */
const endpoint = z
  .string()
  .max(300, { error: 'endpoint-malformed' })
  .transform((text, issues) => {
    const parts = splitEndpoint(text)
    if (parts?.isTls !== undefined) return joinEndpoint({ ...parts, isTls: parts.isTls })
    issues.addIssue({ code: 'custom', message: parts ? 'endpoint-scheme-missing' : 'endpoint-malformed' })
    return z.NEVER
  })

export const endpoints = z
  .array(endpoint)
  .min(1, { error: 'endpoints-required' })
  .max(endpointsMax, { error: 'endpoints-too-many' })
  .transform((list) => [...new Set(list)])
  .refine((list) => new Set(list.map((address) => address.slice(0, address.indexOf(':')))).size === 1, {
    error: 'endpoints-mixed-schemes',
  })

const hostPort = z
  .string()
  .max(300)
  .transform((text, issues) => {
    const parts = splitEndpoint(text)
    if (parts) return joinHostPort(parts)
    issues.addIssue({ code: 'custom', message: 'host-port-malformed' })
    return z.NEVER
  })

/** From the address a member advertises to the one it is reached at, as behind NAT; host:port both. */
export const addressMap = z
  .record(hostPort, hostPort)
  .refine((map) => Object.keys(map).length <= addressMapMax, { error: 'address-map-too-long' })

/** A certificate or key as text; what stands in it is looked at apart, where the answer can say more. */
const pem = z.string().trim().max(pemLengthMax, { error: 'pem-too-long' })
const certificatePem = pem.regex(/-----BEGIN CERTIFICATE-----/, { error: 'certificate-not-pem' })
const keyPem = pem.regex(/-----BEGIN [A-Z ]*PRIVATE KEY-----/, { error: 'key-not-pem' }).meta({ secret: true })

/** What the server name must be called when the address says something else. */
const serverName = z
  .string()
  .trim()
  .max(253)
  .regex(/^[\w.-]+$|^[\da-f:.]+$/i, { error: 'server-name-malformed' })

export const tlsMaterial = z.strictObject({
  /** Certificates of the authorities the servers are signed by; without it the usual public ones count. */
  caPem: certificatePem.optional(),
  clientCertPem: certificatePem.optional(),
  clientKeyPem: keyPem.optional(),
  serverName: serverName.optional(),
})
export type TlsMaterial = z.infer<typeof tlsMaterial>

export const etcdUser = z.strictObject({
  username: z
    .string()
    .min(1, { error: 'etcd-username-required' })
    .max(256)
    // It stands in lines that people paste into a shell.
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, { error: 'etcd-username-malformed' }),
  password: z.string().min(1, { error: 'etcd-password-required' }).max(1_024).meta({ secret: true }),
})
export type EtcdUser = z.infer<typeof etcdUser>

/** Networks that have workers; a cluster elsewhere would be looked at by nobody. */
const servedNetworks = ['default']

/** A place in a network that not every worker reaches. */
export const network = z
  .string()
  .trim()
  .regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/, { error: 'network-malformed', abort: true })
  .refine((name) => servedNetworks.includes(name), { error: 'network-unknown' })

/** Everything that says how a cluster is reached. */
export const clusterAccess = z.strictObject({
  network: network.default('default'),
  endpoints,
  tls: tlsMaterial.default({}),
  /** For everything that looks. */
  reader: etcdUser.optional(),
  /** Only for what etcd demands root for: snapshots, hashes, defragmentation. */
  root: etcdUser.optional(),
  addressMap: addressMap.default({}),
})
export type ClusterAccess = z.infer<typeof clusterAccess>
