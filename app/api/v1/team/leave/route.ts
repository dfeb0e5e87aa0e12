import { route } from '#lib/api/route.ts'
import { leftTeamView } from '#lib/contracts/team.ts'
import { leaveTeam } from '#lib/services/team/leave-team.ts'

export const POST = route({
  summary: 'Leave the team',
  access: 'team:read',
  response: { status: 200, schema: leftTeamView },
  handle: (ctx) => leaveTeam(ctx),
})
