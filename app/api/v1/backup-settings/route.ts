import { demandAlso } from '#lib/api/authorize.ts'
import { route } from '#lib/api/route.ts'
import { changeTeamBackupsBody, teamBackupSettingsView } from '#lib/contracts/backup-plans.ts'
import { changeTeamBackups, getTeamBackups } from '#lib/services/backup-plans/change-plan.ts'

export const GET = route({
  summary: 'Show how clusters of the team are backed up',
  access: 'backups:read',
  response: { status: 200, schema: teamBackupSettingsView },
  handle: (ctx) => getTeamBackups(ctx),
})

export const PATCH = route({
  summary: 'Change how clusters of the team are backed up',
  access: 'storage-targets:write',
  body: changeTeamBackupsBody,
  response: { status: 200, schema: teamBackupSettingsView },
  handle: (ctx, { body }) => {
    // A shorter retention deletes as surely as a deletion does.
    if (body.retention !== undefined) demandAlso(ctx, 'backups:delete')
    return changeTeamBackups(ctx, body)
  },
})
