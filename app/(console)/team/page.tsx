import { config } from '#lib/config.ts'
import { countHoldings } from '#lib/services/team/count-holdings.ts'
import { getTeam } from '#lib/services/team/get-team.ts'
import { pageTitle } from '../_visit/page-title.ts'
import { teamPage } from '../_visit/team-page.tsx'
import { TeamView } from './_components/team-view.tsx'

export const generateMetadata = pageTitle('team.title')

export default teamPage('team:read', async ({ ctx }) => {
  const team = await getTeam(ctx)
  const holdings = ctx.permissions.has('team:delete') ? await countHoldings(ctx) : undefined
  return <TeamView team={team} holdings={holdings} graceHours={config().tenantDeletionGraceHours} />
})
