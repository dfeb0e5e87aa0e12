import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Secret } from '#lib/secret.ts'
import type { Certificate } from './certificates.ts'
import { makeAuthority } from './certificates.ts'

/** Where the material of a cluster lies. etcd reads its own certificate again for every connection, so it can be exchanged. */
export interface TlsPaths {
  /** Who has signed the server certificate. */
  readonly ca: string
  readonly serverCert: string
  readonly serverKey: string
  /** Whose clients are let in, in `mutual`. */
  readonly clientCa: string
  readonly clientCert: string
  readonly clientKey: string
  readonly peerCa: string
  readonly peerCert: string
  readonly peerKey: string
}

/** What a client of the cluster needs. */
export interface ClientTls {
  readonly caPem: string
  /** Nobody asks for it where `tls` is `server`. */
  readonly clientCertPem: string
  readonly clientKeyPem: Secret<string>
  readonly paths: TlsPaths
}

/** What clients see of a cluster's certificates; what is not given is made. Tests use it for odd ones. */
export interface GivenCertificates {
  readonly caPem?: string
  readonly server?: Certificate
  readonly clientCaPem?: string
  readonly client?: Certificate
}

/**
 * The certificates of a cluster: made and written at its beginning, read again when it is continued. One authority signs
 * for server and client, another for the members among themselves; the keys of both are forgotten.
 */
export async function ensureClusterTls(
  dataDir: string,
  hosts: readonly string[],
  given: GivenCertificates = {},
): Promise<ClientTls> {
  const paths = tlsPathsIn(join(dataDir, 'tls'))
  if (!existsSync(paths.peerKey)) await writeNew(paths, hosts)
  writeGiven(paths, given)
  return {
    caPem: readFileSync(paths.ca, 'utf8'),
    clientCertPem: readFileSync(paths.clientCert, 'utf8'),
    clientKeyPem: new Secret(readFileSync(paths.clientKey, 'utf8')),
    paths,
  }
}

/** The key of the members is written last: where it stands, all the others do. */
async function writeNew(paths: TlsPaths, hosts: readonly string[]): Promise<void> {
  mkdirSync(join(paths.ca, '..'), { recursive: true, mode: 0o700 })
  const [authority, peerAuthority] = await Promise.all([makeAuthority('etcd clients'), makeAuthority('etcd members')])
  // etcd's own JSON gateway calls etcd as a client, with the certificate of the server.
  const usages = ['server', 'client'] as const
  const [server, client, peer] = await Promise.all([
    authority.issue({ name: 'etcd', hosts, usages }),
    authority.issue({ name: 'kstone', usages: ['client'] }),
    peerAuthority.issue({ name: 'etcd', hosts, usages }),
  ])
  writeGiven(paths, { caPem: authority.certPem, server, clientCaPem: authority.certPem, client })
  write(paths.peerCa, peerAuthority.certPem)
  write(paths.peerCert, peer.certPem)
  write(paths.peerKey, peer.keyPem.reveal())
}

function writeGiven(paths: TlsPaths, { caPem, server, clientCaPem, client }: GivenCertificates): void {
  if (caPem !== undefined) write(paths.ca, caPem)
  if (clientCaPem !== undefined) write(paths.clientCa, clientCaPem)
  if (server) {
    write(paths.serverCert, server.certPem)
    write(paths.serverKey, server.keyPem.reveal())
  }
  if (client) {
    write(paths.clientCert, client.certPem)
    write(paths.clientKey, client.keyPem.reveal())
  }
}

function tlsPathsIn(folder: string): TlsPaths {
  return {
    ca: join(folder, 'ca.pem'),
    serverCert: join(folder, 'server.pem'),
    serverKey: join(folder, 'server.key'),
    clientCa: join(folder, 'client-ca.pem'),
    clientCert: join(folder, 'client.pem'),
    clientKey: join(folder, 'client.key'),
    peerCa: join(folder, 'peer-ca.pem'),
    peerCert: join(folder, 'peer.pem'),
    peerKey: join(folder, 'peer.key'),
  }
}

function write(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 })
}
