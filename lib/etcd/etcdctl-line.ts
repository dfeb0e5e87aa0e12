import { commandFiles, shellLine } from '#lib/shell-line.ts'

/** How somebody who pastes a line reaches the cluster. */
export interface EtcdctlWay {
  /** `https://10.0.0.1:2379`, all with the same scheme. */
  readonly endpoints: readonly string[]
  /** Whether the authority of the servers was given, and not only the public ones count. */
  readonly hasCa: boolean
  readonly hasClientCertificate: boolean
  /** etcdctl asks for the password itself. */
  readonly user?: string | undefined
}

/** `etcdctl --endpoints=… member list`, safe to paste. Secrets and files are named, not written out. */
export function etcdctlLine(
  { endpoints, hasCa, hasClientCertificate, user }: EtcdctlWay,
  words: readonly string[],
): string {
  const isTls = endpoints.some((one) => one.startsWith('https:'))
  return shellLine(
    'etcdctl',
    `--endpoints=${endpoints.join(',')}`,
    ...(isTls && hasCa ? [`--cacert=${commandFiles.ca}`] : []),
    ...(isTls && hasClientCertificate ? [`--cert=${commandFiles.clientCert}`, `--key=${commandFiles.clientKey}`] : []),
    ...(user === undefined ? [] : [`--user=${user}`]),
    ...words,
  )
}
