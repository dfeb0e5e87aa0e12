import { isIP } from 'node:net'
import type { EndpointParts } from '#lib/contracts/cluster-access.ts'
import { joinEndpoint, joinHostPort } from '#lib/contracts/cluster-access.ts'
import { etcdctlLine } from '#lib/etcd/etcdctl-line.ts'
import { commandFiles, shellLine } from '#lib/shell-line.ts'
import type { Access } from './run.ts'

/** Where curl and openssl give up; they wait for minutes otherwise. */
const patienceSeconds = 3

type Way = Pick<Access, 'tls'>

/** Opens a connection and sends nothing. */
export function connectCommand({ host, port }: Pick<EndpointParts, 'host' | 'port'>): string {
  return (
    shellLine('curl', '-sv', '--max-time', `${patienceSeconds}`, `telnet://${joinHostPort({ host, port })}`) + noInput
  )
}

/** Shakes hands and says what it thinks of the server's certificate. */
export function handshakeCommand(parts: EndpointParts, way: Way): string {
  return handshake(parts, way) + noInput
}

/** Shakes hands with our own certificate, if there is one, and listens a second longer: TLS 1.3 refuses it only then. */
export function clientHandshakeCommand(parts: EndpointParts, { tls }: Way): string {
  const { clientCert, clientKey } = commandFiles
  const own = tls.clientCertPem === undefined ? [] : ['-cert', clientCert, '-key', clientKey]
  return ['sleep 1 |', handshake(parts, { tls }), ...own].join(' ')
}

function handshake({ host, port }: EndpointParts, { tls }: Way): string {
  const name = tls.serverName ?? host
  return shellLine(
    ...['openssl', 's_client', '-brief', '-verify_return_error'],
    ...['-connect', joinHostPort({ host, port })],
    ...(isIP(name) ? ['-verify_ip', name] : ['-servername', name, '-verify_hostname', name]),
    ...(tls.caPem === undefined ? [] : ['-CAfile', commandFiles.ca]),
  )
}

/** Asks for a page as we do, our own certificate included. */
export function askCommand(parts: EndpointParts, { tls }: Way, path: string): string {
  const name = tls.serverName ?? parts.host
  const url = `${joinEndpoint({ ...parts, host: parts.isTls ? name : parts.host })}${path}`
  return shellLine(
    ...['curl', '-sv', '--max-time', `${patienceSeconds}`],
    ...(parts.isTls && name !== parts.host
      ? ['--connect-to', `${joinHostPort({ host: name, port: parts.port })}:${joinHostPort(parts)}`]
      : []),
    ...(parts.isTls ? curlFiles({ tls }) : []),
    ...(url.includes('[') ? ['-g'] : []),
    url,
  )
}

function curlFiles({ tls }: Way): string[] {
  return [
    ...(tls.caPem === undefined ? [] : ['--cacert', commandFiles.ca]),
    ...(tls.clientCertPem === undefined ? [] : ['--cert', commandFiles.clientCert, '--key', commandFiles.clientKey]),
  ]
}

/** etcdctl asks for the password of `user` itself. */
export function etcdctlCommand(
  endpoints: readonly EndpointParts[],
  { tls, user }: Way & { user?: string | undefined },
  words: readonly string[],
): string {
  const way = {
    endpoints: endpoints.map(joinEndpoint),
    hasCa: tls.caPem !== undefined,
    hasClientCertificate: tls.clientCertPem !== undefined,
    user,
  }
  return etcdctlLine(way, words)
}

/** Reads every certificate of a file. */
export function readCertificatesCommand(file: string): string {
  return `openssl crl2pkcs7 -nocrl -certfile ${file} | openssl pkcs7 -print_certs -noout`
}

/** Repeats a line, to see whether the answer stays the same. */
export function repeatCommand(command: string, filter: string): string {
  return `for i in 1 2 3 4; do ${command} | ${filter}; done`
}

const noInput = ' </dev/null'
