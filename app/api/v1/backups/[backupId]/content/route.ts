import { route } from '#lib/api/route.ts'
import { backupParams } from '#lib/contracts/backup-catalogue.ts'
import { downloadBackup } from '#lib/services/backups/download-backup.ts'

export const GET = route({
  summary: 'Download the snapshot of a verified backup, as etcdctl takes it',
  access: 'backups:download',
  stepUp: true,
  params: backupParams,
  response: { status: 200, stream: 'application/octet-stream' },
  handle: (ctx, { params }) => downloadBackup(ctx, params),
})
