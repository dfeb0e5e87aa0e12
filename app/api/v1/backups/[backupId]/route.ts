import { route } from '#lib/api/route.ts'
import { backupDetailView, backupParams, backupView, deleteBackupBody } from '#lib/contracts/backup-catalogue.ts'
import { deleteBackup } from '#lib/services/backups/change-backup.ts'
import { getBackup } from '#lib/services/backups/list-backups.ts'

export const GET = route({
  summary: 'Show one backup: what was checked, counted and compared',
  access: 'backups:read',
  params: backupParams,
  response: { status: 200, schema: backupDetailView },
  handle: (ctx, { params }) => getBackup(ctx, params),
})

export const DELETE = route({
  summary: 'Delete a backup; the last verified one of a cluster stays',
  access: 'backups:delete',
  stepUp: true,
  params: backupParams,
  body: deleteBackupBody,
  response: { status: 202, schema: backupView },
  handle: (ctx, { params, body }) => deleteBackup(ctx, { ...params, ...body }),
})
