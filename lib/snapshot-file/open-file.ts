import type { Stats } from 'node:fs'
import { close, constants, fstat, open, read } from 'node:fs'
import { promisify } from 'node:util'
import { AppError } from '#lib/errors.ts'
import { damaged } from './damage.ts'

/** A file that is read by position, never as a whole. */
export interface OpenFile extends AsyncDisposable {
  readonly sizeBytes: number
  /**
   * Fills `length` bytes of `target` from its byte `start`.
   *
   * @throws AppError `snapshot-damaged` where the file ends before, `snapshot-unreadable`; or the reason of the signal
   */
  readInto(target: Uint8Array, position: number, { start, length }: { start: number; length: number }): Promise<void>
}

/** A pipe would hold whoever opens it until somebody writes. */
const openFlags = constants.O_RDONLY | constants.O_NONBLOCK

const openCall = promisify<string, number, number>(open)
const statCall = promisify<number, Stats>(fstat)
const closeCall = promisify(close)

/** @throws AppError `snapshot-unreadable`, also for what is no file */
export async function openFile(path: string, signal?: AbortSignal): Promise<OpenFile> {
  signal?.throwIfAborted()
  const fd = await openCall(path, openFlags).catch((error) => Promise.reject(unreadable(error)))
  const stat = await statCall(fd)
  const dispose = () => closeCall(fd)
  if (!stat.isFile()) {
    await dispose()
    throw new AppError('snapshot-unreadable', 'A snapshot is read from a file, and this is none')
  }

  let runningCount = 0
  const { promise: isIdle, resolve: becomeIdle } = Promise.withResolvers<void>()
  let isClosing = false
  /** The number of an open file is given away again once it is closed: nobody may still read by it. */
  const finish = async () => {
    isClosing = true
    if (runningCount > 0) await isIdle
    await dispose()
  }

  const readInto: OpenFile['readInto'] = (target, position, { start, length }) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let done = 0
    // Calls with an answer cost half of what promises of the same do, and a scattered file takes hundreds of thousands.
    const readOn = () => {
      if (done === length) resolve()
      else if (signal?.aborted) reject(signal.reason)
      else if (isClosing) reject(unreadable(undefined))
      else {
        runningCount += 1
        read(fd, target, start + done, length - done, position + done, take)
      }
    }
    const take = (error: Error | null, count: number) => {
      done += count
      runningCount -= 1
      if (isClosing && runningCount === 0) becomeIdle()
      if (error) reject(unreadable(error))
      else if (count > 0) readOn()
      else reject(damaged('truncated', 'The file ends within its data', { offset: position + done }))
    }
    readOn()
    return promise
  }
  return { sizeBytes: stat.size, readInto, [Symbol.asyncDispose]: finish }
}

export async function readBytes(file: OpenFile, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length)
  await file.readInto(bytes, position, { start: 0, length })
  return bytes
}

function unreadable(error: unknown): AppError {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'closed'
  return new AppError('snapshot-unreadable', `The snapshot file cannot be read: ${reason}`, {
    cause: error,
    details: { reason },
  })
}
