import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#lib/errors.ts'
import { findProcess } from '#lib/process-mark.ts'
import { secondMs } from '#lib/time.ts'

const beingWrittenMs = 5 * secondMs

/**
 * Makes this process the one that runs etcd in a folder, which is made when missing. An owner that has ended does not
 * count. Gives what releases the folder.
 *
 * @throws AppError `conflict` when a living process (perhaps this one) runs etcd there
 */
export function claimDirectory(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, 'owner')
  const own = markOf(process.pid)
  for (const isLastAttempt of [false, true]) {
    try {
      writeFileSync(path, own, { mode: 0o600, flag: 'wx' })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if (!isLastAttempt && !isHeld(path)) rmSync(path, { force: true })
      else throw new AppError('conflict', `Another process runs etcd in ${dataDir}`, { cause: error })
    }
  }
  throw new AppError('conflict', `Another process runs etcd in ${dataDir}`)
}

/** Whether the process that runs etcd in a folder lives. */
export function hasLivingOwner(dataDir: string): boolean {
  return isHeld(join(dataDir, 'owner'))
}

function isHeld(path: string): boolean {
  try {
    const mark = readFileSync(path, 'utf8')
    // Between its making and its content the file is empty.
    if (mark === '') return Date.now() - statSync(path).mtimeMs < beingWrittenMs
    return mark === markOf(Number(mark.split(' ')[0]))
  } catch {
    return false
  }
}

function markOf(pid: number): string {
  const mark = findProcess(pid)
  return mark ? `${mark.pid} ${mark.startedAt}` : ''
}
