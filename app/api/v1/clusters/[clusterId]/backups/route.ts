import { route } from '#lib/api/route.ts'
import { backupView, startBackupBody } from '#lib/contracts/backup-catalogue.ts'
import { clusterParams } from '#lib/contracts/clusters.ts'
import { startBackup } from '#lib/services/backups/start-backup.ts'

export const POST = route({
  summary: 'Take a backup of a cluster now',
  access: 'backups:write',
  params: clusterParams,
  body: startBackupBody,
  response: { status: 202, schema: backupView },
  handle: (ctx, { params, body }) => startBackup(ctx, { ...params, ...body }),
})
