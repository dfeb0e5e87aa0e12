import type { Encryption } from '#lib/backup-format/encrypt-chunks.ts'
import type { BackupPhase } from '#lib/contracts/backup-catalogue.ts'
import type { Compression } from '#lib/contracts/backups.ts'
import { AppError } from '#lib/errors.ts'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'
import type { SnapshotReport } from '#lib/snapshot-file/check-snapshot-file.ts'
import { checkSnapshotFileApart } from '#lib/snapshot-file/check-snapshot-file-apart.ts'
import type { GroupModule } from '#lib/snapshot-file/run-in-thread.ts'
import { SnapshotThread } from '#lib/snapshot-file/run-in-thread.ts'
import type { ObjectStore, Upload } from '#lib/storage/object-store.ts'
import { secondMs } from '#lib/time.ts'
import { bothOrNeither } from './both-or-neither.ts'
import type { SnapshotSource } from './find-sources.ts'
import { findSources } from './find-sources.ts'
import { GrowingFile } from './growing-file.ts'
import type { Judged } from './judge-snapshot.ts'
import { judgeSnapshot } from './judge-snapshot.ts'
import type { Packing } from './pack.ts'
import { pack } from './pack.ts'
import { readBack } from './read-back.ts'
import type { ReceivedSnapshot } from './receive-snapshot.ts'
import { receiveSnapshot } from './receive-snapshot.ts'
import type { SpoolPlace } from './spool.ts'
import type { Digest } from './stored-digest.ts'
import { StoredDigest } from './stored-digest.ts'

export interface BackupOrder {
  readonly client: EtcdClient
  /** The cluster that is meant; null where none was seen yet. */
  readonly expectedClusterId: bigint | null
  readonly store: ObjectStore
  readonly compression: Compression
  /** Names the groups in which keys are counted; loaded by the thread that reads the snapshot. */
  readonly groupModule: GroupModule
  /** Whether a member is asked for the hash of all its keys, which costs it a read of its database. */
  readonly wantsHash: boolean
  readonly signal: AbortSignal
  readonly hooks: BackupHooks
}

/** What whoever keeps the catalogue does on the way; what a hook throws ends the backup, and nothing of it stays behind. */
export interface BackupHooks {
  enter(phase: BackupPhase): void
  /** Of the stream, so far. */
  received(bytes: number, expectedBytes: number): void
  /** Room on the disk for a snapshot of about that size. */
  openSpool(expectedBytes: number, signal: AbortSignal): Promise<SpoolPlace>
  /** Names the object, and keeps the name before anything is written under it: whatever lies there later is known. */
  begin(source: SnapshotSource, takenAt: Date): Promise<{ objectKey: string; encryption: Encryption | null }>
  /** Throws where somebody else has taken over; nothing is seen in the store before. */
  mayComplete(): Promise<void>
  /** The same, once all of it is there. */
  mayKeep(): Promise<void>
  /** What stands beside the object once it is proven. */
  describe(taken: TakenBackup): { key: string; bytes: Buffer }
}

/** A backup that lies in the store, was read back whole, and is verified unless there is a doubt. */
export interface TakenBackup {
  readonly source: SnapshotSource
  readonly takenAt: Date
  readonly objectKey: string
  readonly compression: Compression
  readonly received: ReceivedSnapshot
  readonly report: SnapshotReport
  readonly judged: Judged
  readonly stored: Digest
}

const removeMs = 20 * secondMs

/** As many as lists can show; the keys of all others are counted together. */
const groupsMax = 100
/** Other members are tried where one fails; a cluster of more has others that are as likely to fail. */
const sourcesMax = 3

/**
 * Takes one backup: streams the database of the best member there is into the spool and, at the store's own pace, packed into the
 * store; checks the file meanwhile and asks the member about it; completes the object only then, and reads it back. A member that
 * fails on the way is replaced by another. Either the object and its manifest are there, or nothing is.
 *
 * @throws AppError `snapshot-damaged`, `etcd-*`, `storage-*`, `spool-full`, `cluster-is-another`
 */
export async function takeBackup(order: BackupOrder): Promise<TakenBackup> {
  order.hooks.enter('source')
  const sources = await findSources(order.client, order)
  let failure: unknown
  for (const source of sources.slice(0, sourcesMax)) {
    try {
      return await takeFrom(source, order)
    } catch (error) {
      order.signal.throwIfAborted()
      if (!isOfMember(error)) throw error
      failure = error
    }
  }
  throw failure
}

/** What another member may do better. */
function isOfMember(error: unknown): boolean {
  return error instanceof AppError && (error.code.startsWith('etcd-') || error.code === 'snapshot-damaged')
}

async function takeFrom(source: SnapshotSource, order: BackupOrder): Promise<TakenBackup> {
  const { store, hooks, signal, compression } = order
  const expectedBytes = Number(source.sizeBytes)
  await using place = await hooks.openSpool(expectedBytes, signal)
  hooks.enter('stream')
  const takenAt = new Date()
  const { objectKey, encryption } = await hooks.begin(source, takenAt)
  let bytes = 0
  await using file = await GrowingFile.create(place.path, (more) => {
    place.add(more)
    bytes += more
    hooks.received(bytes, expectedBytes)
  })
  await using upload = await store.startUpload(objectKey, { signal })
  const [examined, stored] = await bothOrNeither(signal, {
    one: (either) => examine({ order, source, file, path: place.path, signal: either }),
    other: (either) => storePacked(file.read(either), { upload, packing: { compression, encryption }, signal: either }),
  })
  const taken = { source, takenAt, objectKey, compression, ...examined, stored }
  await complete(taken, { order, upload })
  return taken
}

interface Examination {
  order: BackupOrder
  source: SnapshotSource
  file: GrowingFile
  path: string
  signal: AbortSignal
}

async function examine({ order, source, file, path, signal }: Examination) {
  const { client, hooks, wantsHash, groupModule } = order
  // It comes up while the snapshot streams.
  await using thread = new SnapshotThread()
  try {
    const received = await receiveSnapshot(client, { source, file, signal })
    hooks.enter('check')
    const options = { sha256: received.dataSha256, groupModule, groupsMax, thread, signal }
    const report = await checkSnapshotFileApart(path, options)
    hooks.enter('compare')
    const judged = await judgeSnapshot(client, { source, report, wantsHash, signal })
    hooks.enter('store')
    return { received, report, judged }
  } catch (error) {
    file.fail(error)
    throw error
  }
}

async function storePacked(
  bytes: AsyncIterable<Buffer>,
  { upload, packing, signal }: { upload: Upload; packing: Packing; signal: AbortSignal },
): Promise<Digest> {
  const digest = new StoredDigest()
  for await (const part of pack(bytes, packing)) {
    signal.throwIfAborted()
    digest.take(part)
    await upload.write(part)
  }
  return digest.finish()
}

/** From here on something may lie in the store: what is not proven is taken away again. */
async function complete(taken: TakenBackup, { order, upload }: { order: BackupOrder; upload: Upload }): Promise<void> {
  const { store, hooks, signal } = order
  const { objectKey: key, stored } = taken
  await hooks.mayComplete()
  await upload.complete({ ifAbsent: true })
  try {
    hooks.enter('read-back')
    await readBack(store, { key, sent: stored, signal })
    const manifest = hooks.describe(taken)
    await store.put(manifest.key, manifest.bytes, { ifAbsent: true, signal })
    // Whoever takes over from now on knows the name and removes both; whoever did before may have looked too early.
    await hooks.mayKeep()
  } catch (error) {
    await removeObject(store, key, hooks.describe(taken).key)
    throw error
  }
}

/** By a signal of its own: the one of the work may be what ended it. What cannot be removed now is found by the daily comparison. */
async function removeObject(store: ObjectStore, ...keys: string[]): Promise<void> {
  const signal = AbortSignal.timeout(removeMs)
  for (const key of keys) await store.delete(key, { signal }).catch(() => undefined)
}
