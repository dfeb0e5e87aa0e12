import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { minuteMs } from '#lib/time.ts'
import { claimDirectory, hasLivingOwner } from './claim-directory.ts'
import { endForgottenEtcd } from './forgotten-clusters.ts'

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
  await endForgottenEtcd(parent)
  // Whose owner ended before it wrote down what it was about to run.
  const names = readdirSync(parent).filter((name) => name.startsWith(prefix))
  for (const folder of names.map((name) => join(parent, name))) {
    if (hasLivingOwner(folder) || isBeingMade(folder)) continue
    await rm(folder, { recursive: true, force: true })
  }
}

function isBeingMade(folder: string): boolean {
  const madeAt = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return Date.now() - madeAt < beingMadeMs
}
