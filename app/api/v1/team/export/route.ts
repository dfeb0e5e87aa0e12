import { route } from '#lib/api/route.ts'
import { exportTeam } from '#lib/services/team/export-team.ts'

export const GET = route({
  summary: 'Download all data of the team, without secrets',
  access: 'team:export',
  stepUp: true,
  response: { status: 200, stream: 'application/x-ndjson' },
  handle: (ctx) => exportTeam(ctx),
})
