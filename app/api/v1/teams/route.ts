import { route } from '#lib/api/route.ts'
import { createTeamBody, teamView } from '#lib/contracts/team.ts'
import { createTeam } from '#lib/services/account/create-team.ts'

export const POST = route({
  summary: 'Make another team and switch to it',
  access: 'self',
  body: createTeamBody,
  response: { status: 201, schema: teamView },
  handle: (ctx, { body }) => createTeam(ctx, body),
})
