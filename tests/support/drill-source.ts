import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { prefixRange } from '#lib/etcd/keys.ts'
import type { Operation } from '#lib/etcd/transactions.ts'
import type { EtcdOptions } from '#lib/etcd-server/etcd-options.ts'
import type { DrillExpectation } from '#lib/restores/compare-restored.ts'
import { Secret } from '#lib/secret.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { accessTo } from '#tests/support/etcd-access.ts'

/** A value nobody else writes, so that its bytes are found in a file. */
const markedValue = 'the-value-that-is-altered'

/** A live etcd with something of everything a snapshot can hold, and what there is to say of it. */
export async function startSource(options: Partial<EtcdOptions> = {}) {
  const etcd = await startEtcd(options)
  const root = options.users ? { username: 'root', password: new Secret('of-root') } : undefined
  const client = openEtcd(accessTo(etcd, { reader: root, root }))
  const [endpoint] = client.access.endpoints
  if (!endpoint) throw new Error('no endpoint')
  const perform = (operations: Operation[]) => client.keys.transact({ perform: operations })

  /** Puts, changes, deletions, a compaction in the middle, and keys that end with leases of so many seconds. */
  const fill = async ({ leaseSeconds = 600 } = {}): Promise<void> => {
    for (let page = 0; page < 10; page += 1) await perform(pods(page))
    await perform([{ delete: prefixRange(Buffer.from('/registry/pods/3-')) }])
    const { header } = await perform([put('/registry/secrets/one', markedValue), put('/plain', 'a')])
    await client.keys.transact({ perform: [put('/plain', 'b')] })
    await client.compact(header.revision, { isPhysical: true })
    const { id } = await client.leases.grant(BigInt(leaseSeconds))
    const lease = { lease: id }
    await perform([put('/leased/1', 'x', lease), put('/leased/2', 'y', lease), put('/registry/pods/0-0', 'changed')])
    await perform([{ delete: { key: Buffer.from('/registry/pods/0-1') } }])
  }

  /** What the live cluster says, and the snapshot it gives. */
  const take = async (folder: string, name = 'snapshot.db'): Promise<{ file: string; expected: DrillExpectation }> => {
    const { header, version } = await client.status(endpoint)
    const { revision } = header
    const count = async (prefix: string) =>
      (await client.keys.count({ endpoint, revision, range: prefixRange(Buffer.from(prefix)) })).count
    const prefixes = ['/registry/pods/', '/registry/secrets/', '/leased/', '/plain', '/nothing/']
    const keysByPrefix: Record<string, bigint> = {}
    for (const prefix of prefixes) keysByPrefix[prefix] = await count(prefix)
    // etcd 3.4 hashes at the revision it compacted at only when it is the newest, and asked for as such.
    const asked = await client.hashKv(endpoint, revision).catch(() => client.hashKv(endpoint))
    const { hash, compactRevision, hashRevision } = asked
    const told = { revision, hash, compactRevision, hashRevision, serverVersion: version }
    const expected = { revision, liveKeys: await count(''), keysByPrefix, hash: told }
    const file = join(folder, name)
    await using opened = await open(file, 'w', 0o600)
    for await (const { blob } of client.snapshot(endpoint)) await opened.write(blob)
    return { file, expected }
  }

  return { etcd, client, endpoint, perform, fill, take, [Symbol.asyncDispose]: () => etcd.stop() }
}

/** Changes the first byte of the value everywhere it stands, and signs the file anew, as somebody would who means it. */
export function alterValue(file: string): void {
  const bytes = readFileSync(file)
  const data = bytes.subarray(0, -32)
  let at = data.indexOf(markedValue)
  if (at === -1) throw new Error('the value is not there')
  for (; at !== -1; at = data.indexOf(markedValue)) data[at] = 'T'.charCodeAt(0)
  createHash('sha256').update(data).digest().copy(bytes, data.length)
  writeFileSync(file, bytes)
}

/** Changes one byte and leaves the checksum as it was, as a disk would. */
export function damageFile(file: string): void {
  const bytes = readFileSync(file)
  const at = bytes.indexOf(markedValue)
  bytes[at] = 'T'.charCodeAt(0)
  writeFileSync(file, bytes)
}

/** Overwrites what the file says of itself, and signs it anew: neither of its two heads is one of a database. */
export function loseHeads(file: string): void {
  const bytes = readFileSync(file)
  const data = bytes.subarray(0, -32)
  data.fill(0xa5, 0, 2 * 4096)
  createHash('sha256').update(data).digest().copy(bytes, data.length)
  writeFileSync(file, bytes)
}

function pods(page: number): Operation[] {
  return Array.from({ length: 100 }, (_, index) => put(`/registry/pods/${page}-${index}`, `pod ${index}`))
}

function put(key: string, value: string, { lease = 0n } = {}): Operation {
  return { put: { key: Buffer.from(key), value: Buffer.from(value), lease } }
}
