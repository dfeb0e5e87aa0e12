import { route } from '#lib/api/route.ts'
import { backupFileView, backupParams } from '#lib/contracts/backup-catalogue.ts'
import { tryDownload } from '#lib/services/backups/download-backup.ts'

export const GET = route({
  summary: 'Show what a download gives, once the storage gives the first bytes of it',
  access: 'backups:download',
  stepUp: true,
  params: backupParams,
  response: { status: 200, schema: backupFileView },
  handle: (ctx, { params }) => tryDownload(ctx, params),
})
