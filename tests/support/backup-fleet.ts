import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BackupDetailView, BackupView } from '#lib/contracts/backup-catalogue.ts'
import type { CreateTarget, TargetView } from '#lib/contracts/storage-targets.ts'
import { createTargetBody } from '#lib/contracts/storage-targets.ts'
import { getBackup, listBackups } from '#lib/services/backups/list-backups.ts'
import { startBackup } from '#lib/services/backups/start-backup.ts'
import { createTarget } from '#lib/services/storage-targets/create-target.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { Watched, WatchedFleet } from './watched-fleet.ts'
import { openWatchedFleet } from './watched-fleet.ts'

/** A fleet whose worker takes backups, with a directory to put them into. */
export interface BackupFleet extends AsyncDisposable {
  readonly fleet: WatchedFleet
  /** BACKUP_DIRECTORY and SPOOL_DIRECTORY of the worker. */
  readonly directory: string
  readonly spool: string
  addTarget(team: TenantContext, body: unknown): Promise<TargetView>
  addDirectory(team: TenantContext, more?: Partial<CreateTarget>): Promise<TargetView>
  /** Asks for a backup and waits until it has ended. */
  backUp(watched: Watched): Promise<BackupDetailView>
  /** Waits until the backup has ended. */
  ended(team: TenantContext, backupId: string): Promise<BackupDetailView>
  /** Newest first. */
  list(watched: Watched): Promise<BackupView[]>
}

export async function openBackupFleet(more: Record<string, string> = {}): Promise<BackupFleet> {
  const folder = await mkdtemp(join(tmpdir(), 'kstone-backups-'))
  const [directory, spool] = [join(folder, 'kept'), join(folder, 'spool')]
  await mkdir(directory)
  const fleet = await openWatchedFleet({ BACKUP_DIRECTORY: directory, SPOOL_DIRECTORY: spool, ...more })
  const addTarget = (team: TenantContext, body: unknown) => createTarget(team, createTargetBody.parse(body))
  const ended = async (team: TenantContext, backupId: string) => {
    const deadlineMs = performance.now() + 60_000
    for (;;) {
      const backup = await getBackup(team, { backupId })
      if (backup.endedAt !== null) return backup
      if (performance.now() > deadlineMs) {
        throw new Error(
          `backup ${backupId} is still ${backup.state} ${backup.problem}: ${fleet.worker.output().slice(-4000)}`,
        )
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  return {
    ...{ fleet, directory, spool, addTarget, ended },
    addDirectory: (team, how) => addTarget(team, { kind: 'directory', name: 'disk', ...how }),
    backUp: async ({ team, clusterId }) => {
      const { id } = await startBackup(team, { clusterId })
      return await ended(team, id)
    },
    list: async ({ team, clusterId }) => (await listBackups(team, { clusterId, limit: 200, sort: '-createdAt' })).items,
    async [Symbol.asyncDispose]() {
      await fleet[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
