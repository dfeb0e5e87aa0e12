import { randomBytes } from 'node:crypto'
import { statfsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { minuteMs } from '#lib/time.ts'
import { makeOwnFolder, markFolder } from './spool-folder.ts'
import { full, SpoolRoom } from './spool-room.ts'

export interface SpoolOptions {
  /** Made when missing. Several processes may use one; each counts its own. */
  directory: string
  /** What all snapshots of this process together may take. */
  maxBytes: number
  /** The part of it one team may take, above 0 up to 1. */
  perTeamShare: number
  /** What stays free on the disk whatever others write there; 1 GiB unless told. */
  freeBytesMin?: number
  /** How long a snapshot waits for room; 10 minutes unless told. */
  waitMaxMs?: number
}

export interface SpoolRequest {
  teamId: string
  /** As much is set aside; more can be added as long as there is room. */
  expectedBytes: number
  signal: AbortSignal
}

/** Room for one file. Disposing of it removes the file, whoever wrote it and however it ended. */
export interface SpoolPlace extends AsyncDisposable {
  /** Where the file is to be made; nothing is there yet. Its folder is this process's own, and closed to other users. */
  readonly path: string
  /**
   * Counts bytes about to be written.
   *
   * @throws AppError `spool-full` with the `limit` that was met (`team`, `spool`, `disk`): they must not be written
   */
  add(bytes: number): void
}

/** A directory for snapshots on their way to a store, with an end. Disposing of it removes all that is in it. */
export interface Spool extends AsyncDisposable {
  /** What is set aside or written now. */
  readonly takenBytes: number
  /**
   * Room for a snapshot, as soon as there is some: teams that wait are served in turn.
   *
   * @throws AppError `spool-too-small` when it is more than one team may have, `spool-full` when no room came free in time
   * or the disk has none; the signal's reason when it is aborted while waiting
   */
  reserve(request: SpoolRequest): Promise<SpoolPlace>
}

const freeBytesMinDefault = 1024 ** 3
const waitMaxMsDefault = 10 * minuteMs
/** The disk is asked again after so much beyond what was set aside. */
const diskCheckedEveryBytes = 16 * 1024 * 1024

/**
 * Opens a spool and removes what processes that were killed have left in its directory, of which those that live lose nothing.
 *
 * @throws RangeError for limits that allow nothing; what the file system throws when the directory cannot be used
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { directory, maxBytes, perTeamShare, freeBytesMin = freeBytesMinDefault } = options
  if (!(maxBytes > 0 && perTeamShare > 0 && perTeamShare <= 1))
    throw new RangeError('A spool needs room, and teams a share of it')
  const room = new SpoolRoom({
    maxBytes,
    teamBytesMax: Math.floor(maxBytes * perTeamShare),
    waitMaxMs: options.waitMaxMs ?? waitMaxMsDefault,
  })
  const folder = await makeOwnFolder(directory)
  const disk = { writtenBytes: 0, folder, freeBytesMin, room }

  return {
    get takenBytes() {
      return room.takenBytes
    },
    async reserve({ teamId, expectedBytes, signal }) {
      await room.take({ teamId, bytes: expectedBytes, signal })
      try {
        await markFolder(folder)
        checkDisk(disk)
      } catch (error) {
        room.giveBack(teamId, expectedBytes)
        throw error
      }
      return makePlace(disk, { teamId, reservedBytes: expectedBytes })
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

interface Disk {
  /** Of all places that are held. */
  writtenBytes: number
  readonly folder: string
  readonly freeBytesMin: number
  readonly room: SpoolRoom
}

function makePlace(disk: Disk, { teamId, reservedBytes }: { teamId: string; reservedBytes: number }): SpoolPlace {
  const path = join(disk.folder, `${randomBytes(8).toString('hex')}.db`)
  const { room } = disk
  let heldBytes = reservedBytes
  let writtenBytes = 0
  let uncheckedBytes = 0
  let isHeld = true

  return {
    path,
    add(bytes) {
      const missing = writtenBytes + bytes - heldBytes
      if (missing > 0) {
        room.grow(teamId, missing)
        heldBytes += missing
        uncheckedBytes += missing
      }
      if (uncheckedBytes > diskCheckedEveryBytes) {
        checkDisk(disk)
        uncheckedBytes = 0
      }
      writtenBytes += bytes
      disk.writtenBytes += bytes
    },
    async [Symbol.asyncDispose]() {
      if (!isHeld) return
      isHeld = false
      try {
        await rm(path, { force: true })
      } finally {
        disk.writtenBytes -= writtenBytes
        room.giveBack(teamId, heldBytes)
      }
    },
  }
}

/** What is set aside and not yet written counts as if it were. @throws AppError `spool-full` */
function checkDisk({ writtenBytes, folder, freeBytesMin, room }: Disk): void {
  const { bavail, bsize } = statfsSync(folder)
  const freeBytes = bavail * bsize - Math.max(0, room.takenBytes - writtenBytes)
  if (freeBytes < freeBytesMin) {
    throw full('disk', `The disk of the spool would have ${freeBytes} bytes left, less than ${freeBytesMin}`)
  }
}
