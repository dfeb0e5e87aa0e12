import { route } from '#lib/api/route.ts'
import { backupView, listBackupsQuery } from '#lib/contracts/backup-catalogue.ts'
import { listBackups } from '#lib/services/backups/list-backups.ts'

export const GET = route({
  summary: 'List the backups of the team',
  access: 'backups:read',
  query: listBackupsQuery,
  response: { status: 200, page: backupView },
  handle: (ctx, { query }) => listBackups(ctx, query),
})
