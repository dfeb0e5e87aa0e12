import { route } from '#lib/api/route.ts'
import { deleteTeamBody, teamView } from '#lib/contracts/team.ts'
import { closeTeam } from '#lib/services/team/close-team.ts'
import { reopenTeam } from '#lib/services/team/reopen-team.ts'

export const POST = route({
  summary: 'Close the team and erase it after the grace period',
  access: 'team:delete',
  stepUp: true,
  body: deleteTeamBody,
  response: { status: 202, schema: teamView },
  handle: (ctx, { body }) => closeTeam(ctx, body),
})

export const DELETE = route({
  summary: 'Take the deletion of the team back',
  access: 'team:delete',
  response: { status: 200, schema: teamView },
  handle: (ctx) => reopenTeam(ctx),
})
