import { setImmediate as nextTurn } from 'node:timers/promises'
import { AppError } from '#lib/errors.ts'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { Secret } from '#lib/secret.ts'
import type { DemoEntry } from './demo-entry.ts'

/** As many operations as an etcd takes in one transaction. */
const operationsMax = 128
/** Of a node's sign of life, far larger than a real one, so that few are needed. */
const heartbeatBytes = 64 * 1024
const heartbeatsMax = 10_000

/** Writes the entries in transactions as large as they may be. With authentication on it needs root's password. */
export async function fill(
  etcd: RunningEtcd,
  entries: Iterable<DemoEntry>,
  rootPassword: string | undefined,
): Promise<void> {
  const client = clientOf(etcd, rootPassword)
  let batch: DemoEntry[] = []
  for (const entry of entries) {
    batch.push(entry)
    if (batch.length < operationsMax) continue
    await put(client, batch)
    batch = []
    // The same process watches over everything else that is coming up.
    await nextTurn()
  }
  if (batch.length > 0) await put(client, batch)
}

/** Writes one key again and again, without anybody compacting its past, until the etcd has no space left and says so. */
export async function exhaustSpace(etcd: RunningEtcd): Promise<void> {
  const client = clientOf(etcd, undefined)
  const key = '/apisix/data_plane/server_info/edge-1'
  for (let beat = 0; beat < heartbeatsMax; beat += 1) {
    const value = Buffer.from(JSON.stringify({ beat, report: 'x'.repeat(heartbeatBytes) }))
    try {
      await put(client, [{ key, value }])
    } catch (error) {
      if (error instanceof AppError && error.code === 'etcd-nospace') return
      throw error
    }
  }
  throw new Error(`${heartbeatsMax} writes did not fill the etcd`)
}

async function put(client: EtcdClient, entries: readonly DemoEntry[]): Promise<void> {
  const perform = entries.map(({ key, value }) => ({ put: { key: Buffer.from(key), value } }))
  await client.keys.transact({ perform })
}

function clientOf({ members, tls }: RunningEtcd, rootPassword: string | undefined): EtcdClient {
  return openEtcd({
    endpoints: members.map(({ endpoint }) => ({ scheme: tls ? 'https' : 'http', destination: endpoint })),
    // Node warns of an address in the place of a name, and people would read it.
    ...(tls ? { tls: { ...tls, serverName: 'localhost' } } : {}),
    ...(rootPassword === undefined ? {} : { reader: { username: 'root', password: new Secret(rootPassword) } }),
    door: { policy: { privateRanges: [], loopback: [] } },
  })
}
