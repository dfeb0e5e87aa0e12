import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import type { ClusterRecord, MemberRecord } from './cluster-record.ts'
import type { TlsPaths } from './cluster-tls.ts'

export interface MemberSettings {
  /** Folder of the member; etcd's data goes into `data` below it. */
  readonly folder: string
  readonly tlsPaths?: TlsPaths | undefined
  readonly quotaBytes?: number | undefined
  readonly isThrowaway: boolean
  readonly extraArgs: readonly string[]
}

/** The address at which something that listens on `listenHost` is reached from this machine. */
export function reachableAddress(listenHost: string): string {
  if (listenHost === '0.0.0.0') return '127.0.0.1'
  return listenHost === '::' ? '::1' : listenHost
}

export function memberUrl(record: ClusterRecord, host: string, port: number): string {
  return `${record.tls === 'none' ? 'http' : 'https'}://${isIPv6(host) ? `[${host}]` : host}:${port}`
}

/** The words after `etcd` for one member. Compaction is off: what stands in the cluster goes only when somebody asks for it. */
export function memberArguments(record: ClusterRecord, member: MemberRecord, settings: MemberSettings): string[] {
  const reached = reachableAddress(record.listenHost)
  const peerUrlOf = (one: MemberRecord) => memberUrl(record, reached, one.peerPort)
  return [
    `--name=${member.name}`,
    `--data-dir=${join(settings.folder, 'data')}`,
    `--listen-client-urls=${memberUrl(record, record.listenHost, member.clientPort)}`,
    `--advertise-client-urls=${memberUrl(record, reached, member.clientPort)}`,
    `--listen-peer-urls=${peerUrlOf(member)}`,
    `--initial-advertise-peer-urls=${peerUrlOf(member)}`,
    `--initial-cluster=${record.members.map((one) => `${one.name}=${peerUrlOf(one)}`).join(',')}`,
    `--initial-cluster-token=${record.token}`,
    '--initial-cluster-state=new',
    '--auto-compaction-retention=0',
    '--logger=zap',
    '--log-outputs=stderr',
    ...(settings.quotaBytes === undefined ? [] : [`--quota-backend-bytes=${settings.quotaBytes}`]),
    ...(settings.isThrowaway ? throwawayArguments(record.version) : []),
    ...(settings.tlsPaths ? tlsArguments(record, settings.tlsPaths) : []),
    ...settings.extraArgs,
  ]
}

/** For tests: nothing waits for the disk, and passwords are hashed as cheaply as etcd allows. */
function throwawayArguments(version: string): string[] {
  return ['--bcrypt-cost=4', ...(version.startsWith('3.4.') ? [] : ['--unsafe-no-fsync'])]
}

/** Members recognise each other by certificate in both modes; clients only need one of their own in `mutual`. */
function tlsArguments(record: ClusterRecord, files: TlsPaths): string[] {
  return [
    `--cert-file=${files.serverCert}`,
    `--key-file=${files.serverKey}`,
    ...(record.tls === 'mutual' ? ['--client-cert-auth', `--trusted-ca-file=${files.clientCa}`] : []),
    '--peer-client-cert-auth',
    `--peer-cert-file=${files.peerCert}`,
    `--peer-key-file=${files.peerKey}`,
    `--peer-trusted-ca-file=${files.peerCa}`,
  ]
}
