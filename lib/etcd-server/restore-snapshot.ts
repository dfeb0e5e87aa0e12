import { rm, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AppError } from '#lib/errors.ts'
import type { ProcessMark } from '#lib/process-mark.ts'
import type { EtcdBinaries } from './find-binaries.ts'
import { findEtcdBinaries } from './find-binaries.ts'
import type { ProcessWalls } from './process-walls.ts'
import { restoreFailure } from './restore-failure.ts'
import { runTool } from './run-tool.ts'

export interface RestoreOrder {
  /** The snapshot, with its checksum at the end, as etcd sends it. */
  readonly file: string
  /** Of the server the snapshot is of: `3.5`. */
  readonly minor: string
  /** Made by the restore; what was there before is refused by etcd's tool. */
  readonly dataDir: string
  /** Of the one member of the cluster to be. */
  readonly name: string
  readonly peerUrl: string
  /** Of the cluster to be: one that no other cluster ever had. */
  readonly token: string
  readonly signal: AbortSignal
  readonly walls?: ProcessWalls | undefined
  readonly goMemoryLimitBytes?: number | undefined
  /** Hears of the tool's process as soon as there is one. */
  readonly onStarted?: ((mark: ProcessMark) => void) | undefined
}

/**
 * Turns a snapshot into the data of a new cluster of one member, by the tool of the snapshot's own minor: another version may
 * write what that etcd cannot read. What was begun and came to nothing is removed.
 *
 * @throws AppError `etcd-binary-missing`; `snapshot-refused` where etcd finds the file damaged; `disk-space-short`;
 *   `etcd-limit-exceeded`; `restore-failed`; the signal's reason when it is aborted first
 */
export async function restoreIntoDataDir(order: RestoreOrder): Promise<void> {
  const { signal, walls, goMemoryLimitBytes, onStarted } = order
  const program = await findRestoreTool(order.minor)
  const dataDir = resolve(order.dataDir)
  if (await stat(dataDir).catch(() => undefined)) throw new AppError('conflict', `${dataDir} is there already`)
  try {
    const command = { program, args: restoreArguments(order, dataDir), walls, goMemoryLimitBytes }
    const { isDone, said } = await runTool(command, { signal, onStarted })
    if (!isDone) throw restoreFailure(said)
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true })
    throw error
  }
}

function restoreArguments({ file, name, peerUrl, token }: RestoreOrder, dataDir: string): string[] {
  return [
    'snapshot',
    'restore',
    resolve(file),
    `--data-dir=${dataDir}`,
    `--name=${name}`,
    `--initial-cluster=${name}=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster-token=${token}`,
  ]
}

/** Up to 3.4 restoring is etcdctl's, from 3.5 etcdutl's; 3.5 left it in etcdctl too, 3.6 did not. */
async function findRestoreTool(minor: string): Promise<string> {
  const binaries = await findEtcdBinaries(minor)
  const isInEtcdctl = /^3\.[345]\./.test(binaries.version)
  const program = binaries.etcdutl ?? (isInEtcdctl ? binaries.etcdctl : undefined)
  if (program === undefined) throw toolMissing(minor, binaries)
  return program
}

function toolMissing(version: string, { version: found, etcd }: EtcdBinaries): AppError {
  return new AppError('etcd-binary-missing', `There is an etcd ${found} (${etcd}), but no etcdutl beside it`, {
    details: { version, foundVersions: [] },
  })
}
