import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { commandLineOf } from '#lib/process-mark.ts'
import { hasLivingOwner } from './claim-directory.ts'
import type { ClusterRecord } from './cluster-record.ts'
import { findClusterRecord } from './cluster-record.ts'
import { endProcess } from './member-process.ts'

/**
 * Ends the clusters in the folders directly below `parentDir` whose owner has ended, and removes the folders that were to
 * go with them. Clusters with a living owner, and data that was to be kept, stay. Gives the folders that were removed.
 */
export async function endForgottenEtcd(parentDir: string): Promise<string[]> {
  const removed: string[] = []
  if (!existsSync(parentDir)) return removed
  for (const entry of readdirSync(parentDir, { withFileTypes: true }).filter((one) => one.isDirectory())) {
    const dataDir = join(parentDir, entry.name)
    const record = findClusterRecord(dataDir)
    if (!record || hasLivingOwner(dataDir)) continue
    await endRecorded(dataDir, record)
    if (!record.removesData) continue
    await rm(dataDir, { recursive: true, force: true })
    removed.push(dataDir)
  }
  return removed
}

/** Kills the processes that a record names, if they are still those: same pid, same start time, at work in that folder. */
export async function endRecorded(dataDir: string, record: ClusterRecord): Promise<void> {
  const marks = record.members.map((member) => member.process).filter((mark) => mark !== undefined)
  const ours = marks.filter((mark) => commandLineOf(mark.pid).includes(`=${dataDir}/`))
  await Promise.all(ours.map((mark) => endProcess(mark, 0)))
}
