import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { RunningEtcd } from '#lib/etcd-server/cluster.ts'

const run = promisify(execFile)

/** What etcdctl of the same version answers, without the line break at its end; it asks every member. */
export async function etcdctl(etcd: RunningEtcd, args: readonly string[]): Promise<string> {
  const endpoints = etcd.members.map((member) => member.clientUrl).join(',')
  const { stdout } = await run(etcd.binaries.etcdctl, [`--endpoints=${endpoints}`, ...args], {
    env: { NODE_ENV: 'test', ETCDCTL_API: '3' },
  })
  return stdout.trimEnd()
}
