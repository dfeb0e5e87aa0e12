import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Spool } from '#lib/backups/spool.ts'
import { openSpool } from '#lib/backups/spool.ts'
import { config } from '#lib/config.ts'
import { Places } from '#lib/places.ts'
import { processWide } from '#lib/process-wide.ts'

/** So many snapshots stream into one process at once: each holds three parts of an upload, and a share of one processor. */
const streamsAtOnce = 3
/** Of the spool: one team's largest cluster must not keep every other team's out. */
const teamShare = 0.5

/** A store that hangs keeps its place for as long as a backup may take: one place is always left to the other teams. */
const streamsOfOneTeam = 2

const places = processWide('backup-places', () => new Places(streamsAtOnce, streamsOfOneTeam))
const spool = processWide('backup-spool', (): { opened?: Promise<Spool> } => ({}))

/** Where throw-away etcds keep their data, beside the spool. */
export async function drillDirectory(): Promise<string> {
  const directory = join(config().spool.directory, 'drills')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  return directory
}

/** Waits for one of the places of this process. @throws the signal's reason */
export function takeBackupPlace(teamId: string, signal: AbortSignal): Promise<Disposable> {
  return places.take(signal, teamId)
}

/** The spool of this process, opened when first needed; what it was given is removed when the next one starts. */
export function backupSpool(): Promise<Spool> {
  spool.opened ??= openSpool({ ...config().spool, perTeamShare: teamShare }).catch((error: unknown) => {
    delete spool.opened
    throw error
  })
  return spool.opened
}
