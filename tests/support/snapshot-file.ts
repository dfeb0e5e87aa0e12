import { createWriteStream } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { EtcdEndpoint } from '#lib/etcd/connection.ts'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'

/** A folder for snapshot files, gone with everything in it when the scope ends. */
export function snapshotFolder(): Promise<AsyncDisposable & { path: string }> {
  return mkdtempDisposable(join(tmpdir(), 'snapshot-file-'))
}

/** Writes what a member streams into a file, as etcdctl does. */
export async function saveSnapshot(client: EtcdClient, member: EtcdEndpoint, path: string): Promise<void> {
  const blobs = async function* () {
    for await (const { blob } of client.snapshot(member)) yield blob
  }
  await pipeline(Readable.from(blobs()), createWriteStream(path))
}
