import { route } from '#lib/api/route.ts'
import { backupParams, backupView, pinBackupBody } from '#lib/contracts/backup-catalogue.ts'
import { pinBackup } from '#lib/services/backups/change-backup.ts'

export const PUT = route({
  summary: 'Keep a backup whatever retention says, or let it go its way',
  access: 'backups:write',
  params: backupParams,
  body: pinBackupBody,
  response: { status: 200, schema: backupView },
  handle: (ctx, { params, body }) => pinBackup(ctx, { ...params, ...body }),
})
