import { route } from '#lib/api/route.ts'
import { switchedTeamView, switchTeamBody } from '#lib/contracts/me.ts'
import { switchTeam } from '#lib/services/account/switch-team.ts'

export const POST = route({
  summary: 'Choose the team your session begins in',
  access: 'self',
  body: switchTeamBody,
  response: { status: 200, schema: switchedTeamView },
  handle: (ctx, { body }) => switchTeam(ctx, body),
})
