import { route } from '#lib/api/route.ts'
import { changeTeamInspectionsBody, inspectionSettingsView } from '#lib/contracts/watch.ts'
import { changeTeamSettings } from '#lib/services/inspections/change-team-settings.ts'
import { getTeamSettings } from '#lib/services/inspections/get-team-settings.ts'

export const GET = route({
  summary: 'Show the thresholds that hold for all clusters of the team',
  access: 'clusters:read',
  response: { status: 200, schema: inspectionSettingsView },
  handle: (ctx) => getTeamSettings(ctx),
})

export const PATCH = route({
  summary: 'Change the thresholds that hold for all clusters of the team',
  access: 'inspections:write',
  body: changeTeamInspectionsBody,
  response: { status: 200, schema: inspectionSettingsView },
  handle: (ctx, { body }) => changeTeamSettings(ctx, body),
})
