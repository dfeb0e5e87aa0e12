import { stat, statfs } from 'node:fs/promises'
import { AppError } from '#lib/errors.ts'

/** Two log files of etcd, 64 MiB each, and what else a member writes beside its database. */
const besideBytes = 160 * 2 ** 20
/** What a drill leaves free for everybody else on the same disk. Our own choice. */
const floorBytes = 512 * 2 ** 20

/**
 * Whether a snapshot may and can be unpacked into `folder`, before anything is written: within `diskMaxBytes`, and with twice
 * its size and half a GiB free on the disk. Gives the size of the file.
 *
 * @throws AppError `etcd-limit-exceeded`, `disk-space-short`, `not-found` where there is no such file
 */
export async function checkRoom(file: string, folder: string, diskMaxBytes: number): Promise<number> {
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) throw new AppError('not-found', `There is no snapshot ${file}`)
  const needBytes = found.size + besideBytes
  if (needBytes > diskMaxBytes) {
    const message = `A snapshot of ${found.size} bytes needs ${needBytes} bytes of disk and may take ${diskMaxBytes}`
    const details = { resource: 'disk', usedBytes: needBytes, maxBytes: diskMaxBytes }
    throw new AppError('etcd-limit-exceeded', message, { details })
  }
  const { bavail, bsize } = await statfs(folder)
  const freeBytes = bavail * bsize
  const wantedBytes = 2 * found.size + besideBytes + floorBytes
  if (freeBytes < wantedBytes) {
    const message = `${folder} has ${freeBytes} bytes free, and ${wantedBytes} are wanted`
    throw new AppError('disk-space-short', message, { details: { freeBytes, wantedBytes } })
  }
  return found.size
}
