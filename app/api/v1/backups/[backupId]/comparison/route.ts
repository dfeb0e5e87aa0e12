import { route } from '#lib/api/route.ts'
import { backupComparisonView, backupParams, compareBackupsQuery } from '#lib/contracts/backup-catalogue.ts'
import { compareBackups } from '#lib/services/backups/compare-backups.ts'

export const GET = route({
  summary: 'Show what differs between two verified backups of a cluster, by group of keys',
  access: 'backups:write',
  params: backupParams,
  query: compareBackupsQuery,
  response: { status: 200, schema: backupComparisonView },
  handle: (ctx, { params, query }) => compareBackups(ctx, { ...params, ...query }),
})
