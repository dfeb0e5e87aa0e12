import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { secondMs } from '#lib/time.ts'
import type { RunningEtcd } from './running-etcd.ts'

const timeoutMs = 20 * secondMs

/**
 * What etcdctl of the cluster's version answers when it asks all members, without the line break at its end. `input` goes
 * to its standard input, where it stands in no list of processes. Throws what it complains about.
 */
export async function etcdctl(
  etcd: Pick<RunningEtcd, 'binaries' | 'members' | 'tls'>,
  args: readonly string[],
  input = '',
): Promise<string> {
  const { binaries, members, tls } = etcd
  const access = tls
    ? [`--cacert=${tls.paths.ca}`, `--cert=${tls.paths.clientCert}`, `--key=${tls.paths.clientKey}`]
    : []
  const endpoints = members.map((member) => member.clientUrl).join(',')
  const child = spawn(binaries.etcdctl, [`--endpoints=${endpoints}`, ...access, ...args], {
    env: { NODE_ENV: 'production', ETCDCTL_API: '3' },
    timeout: timeoutMs,
  })
  // One that ends before it has read everything says why by itself.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [answer, complaint, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  if (code === 0) return answer.trimEnd()
  // Options are left out of the message: a password may be among them.
  const words = args.filter((word) => !word.startsWith('-')).slice(0, 2)
  const reason = /^Error: (.+)$/m.exec(complaint)?.[1] ?? (complaint.trim() || `ended with ${code}`)
  throw new Error(`etcdctl ${words.join(' ')}: ${reason}`)
}
