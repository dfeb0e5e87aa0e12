import { route } from '#lib/api/route.ts'
import { teamView, updateTeamBody } from '#lib/contracts/team.ts'
import { getTeam } from '#lib/services/team/get-team.ts'
import { updateTeam } from '#lib/services/team/update-team.ts'

export const GET = route({
  summary: 'Show the team',
  access: 'team:read',
  response: { status: 200, schema: teamView },
  handle: (ctx) => getTeam(ctx),
})

export const PATCH = route({
  summary: 'Change name or time zone of the team',
  access: 'team:write',
  body: updateTeamBody,
  response: { status: 200, schema: teamView },
  handle: (ctx, { body }) => updateTeam(ctx, body),
})
