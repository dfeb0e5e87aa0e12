import { demandAlso } from '#lib/api/authorize.ts'
import { route } from '#lib/api/route.ts'
import { backupPlanView, changeBackupPlanBody } from '#lib/contracts/backup-plans.ts'
import { clusterParams } from '#lib/contracts/clusters.ts'
import { changeBackupPlan } from '#lib/services/backup-plans/change-plan.ts'
import { getBackupPlan } from '#lib/services/backup-plans/get-plan.ts'

export const GET = route({
  summary: 'Show how a cluster is backed up, and how well it is protected',
  access: 'backups:read',
  params: clusterParams,
  response: { status: 200, schema: backupPlanView },
  handle: (ctx, { params }) => getBackupPlan(ctx, params),
})

export const PATCH = route({
  summary: 'Change when a cluster is backed up, where to, and how long backups stay',
  access: 'backups:write',
  params: clusterParams,
  body: changeBackupPlanBody,
  response: { status: 200, schema: backupPlanView },
  handle: (ctx, { params, body }) => {
    // A shorter retention deletes as surely as a deletion does.
    if (body.retention !== undefined) demandAlso(ctx, 'backups:delete')
    return changeBackupPlan(ctx, { ...params, ...body })
  },
})
