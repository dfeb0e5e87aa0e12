import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { open, truncate } from 'node:fs/promises'

const sizeBytesMax = 8 * 2 ** 20
const keptBytes = 2 ** 20

/**
 * Opens a new log for one more life of a member; what the last one said is kept as `<path>.old`. etcd writes into the file
 * itself, so that it outlives whoever started it.
 */
export function openMemberLog(path: string): { fd: number; close: () => void } {
  if (existsSync(path)) renameSync(path, `${path}.old`)
  const fd = openSync(path, 'a', 0o600)
  return { fd, close: () => closeSync(fd) }
}

/**
 * Empties a log that has grown beyond 8 MiB; its last MiB is kept as `<path>.old`. etcd appends, so it goes on writing at
 * the new end of the file, and together they never take much more than 9 MiB.
 */
export async function boundMemberLog(path: string): Promise<void> {
  const sizeBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (sizeBytes <= sizeBytesMax) return
  await using log = await open(path, 'r')
  const { buffer, bytesRead } = await log.read(Buffer.alloc(keptBytes), 0, keptBytes, sizeBytes - keptBytes)
  await using old = await open(`${path}.old`, 'w', 0o600)
  await old.write(buffer, 0, bytesRead)
  await truncate(path, 0)
}

/** All of the log, which is empty when nothing was written yet. */
export function readMemberLog(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

/** What of a log goes into an error message: its last lines, and its first, where etcd names a word it does not know. */
export function digestOf(log: string, count = 12): string {
  const lines = log.trimEnd().split('\n')
  const chosen = lines.length > count ? [...lines.slice(0, 1), '…', ...lines.slice(1 - count)] : lines
  return chosen.map((line) => (line.length > 400 ? `${line.slice(0, 400)}…` : line)).join('\n')
}
