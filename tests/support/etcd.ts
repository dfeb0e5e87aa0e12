import { join } from 'node:path'
import type { EtcdOptions } from '#lib/etcd-server/etcd-options.ts'
import { runEtcd } from '#lib/etcd-server/run-cluster.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { openOwnedRun } from '#scripts/process/owned-run.ts'
import { ensureEtcd } from '#scripts/servers/etcd-install.ts'

/**
 * An etcd cluster of the test's own: one member of 3.5 unless asked otherwise, in a temporary folder, ended with the test's
 * process at the latest.
 */
export async function startEtcd(options: Partial<EtcdOptions> = {}): Promise<RunningEtcd> {
  await ensureEtcd()
  const run = openOwnedRun('etcd')
  try {
    const etcd = await runEtcd({
      version: '3.5',
      dataDir: join(run.folder, 'etcd'),
      isThrowaway: true,
      endsWithParent: true,
      ...options,
    })
    const { version, binaries, dataDir, members, tls, failure } = etcd
    const stop = () => etcd.stop().then(() => run[Symbol.dispose]())
    return { version, binaries, dataDir, members, tls, failure, stop, [Symbol.asyncDispose]: stop }
  } catch (error) {
    run[Symbol.dispose]()
    throw error
  }
}
