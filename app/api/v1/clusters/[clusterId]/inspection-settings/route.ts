import { route } from '#lib/api/route.ts'
import { clusterParams } from '#lib/contracts/clusters.ts'
import { changeClusterInspectionsBody, clusterInspectionSettingsView } from '#lib/contracts/watch.ts'
import { changeClusterSettings } from '#lib/services/inspections/change-cluster-settings.ts'
import { getClusterSettings } from '#lib/services/inspections/get-cluster-settings.ts'

export const GET = route({
  summary: 'Show what is inspected in a cluster, how often, and by which thresholds',
  access: 'clusters:read',
  params: clusterParams,
  response: { status: 200, schema: clusterInspectionSettingsView },
  handle: (ctx, { params }) => getClusterSettings(ctx, params),
})

export const PATCH = route({
  summary: 'Change what is inspected in a cluster, how often, and by which thresholds',
  access: 'clusters:write',
  params: clusterParams,
  body: changeClusterInspectionsBody,
  response: { status: 200, schema: clusterInspectionSettingsView },
  handle: (ctx, { params, body }) => changeClusterSettings(ctx, { ...body, ...params }),
})
