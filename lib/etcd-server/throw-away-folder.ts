import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { commandLineOf, findProcess } from '#lib/process-mark.ts'
import { minuteMs } from '#lib/time.ts'
import { claimDirectory, hasLivingOwner } from './claim-directory.ts'
import { findClusterRecord } from './cluster-record.ts'
import { endRecorded } from './forgotten-clusters.ts'
import { endProcess } from './member-process.ts'

const prefix = 'throw-away-'
/** Between the making of a folder and its owner's name in it. */
const beingMadeMs = minuteMs

/**
 * A folder of this process's own below `parentDir`, for nobody else to read. What owners that have ended left there, folders
 * and processes, is cleared away first: a snapshot holds passwords and secrets, and stays nowhere longer than it is used.
 */
export async function makeThrowAwayFolder(parentDir: string): Promise<string> {
  const parent = resolve(parentDir)
  mkdirSync(parent, { recursive: true, mode: 0o700 })
  await clearForgotten(parent)
  const folder = join(parent, `${prefix}${randomUUID()}`)
  claimDirectory(folder)
  return folder
}

async function clearForgotten(parent: string): Promise<void> {
  const names = readdirSync(parent).filter((name) => name.startsWith(prefix))
  for (const folder of names.map((name) => join(parent, name))) {
    const record = findClusterRecord(folder)
    if (hasLivingOwner(folder) || (!record && isBeingMade(folder))) continue
    if (record) await endRecorded(folder, record)
    await endUnrecorded(folder)
    await rm(folder, { recursive: true, force: true })
  }
}

/** Those whose owner ended after it started them and before it wrote that down. The folder's name is nobody else's. */
async function endUnrecorded(folder: string): Promise<void> {
  if (process.platform !== 'linux') return
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const marks = pids
    .filter((pid) => commandLineOf(Number(pid)).includes(`=${folder}/`))
    .map((pid) => findProcess(Number(pid)))
  await Promise.all(marks.filter((mark) => mark !== undefined).map((mark) => endProcess(mark, 0)))
}

function isBeingMade(folder: string): boolean {
  const madeAt = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return Date.now() - madeAt < beingMadeMs
}
