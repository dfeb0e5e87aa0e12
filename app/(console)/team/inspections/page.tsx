import { pageTitle } from '#app/(console)/_visit/page-title.ts'
import { teamPage } from '#app/(console)/_visit/team-page.tsx'
import { getTeamSettings } from '#lib/services/inspections/get-team-settings.ts'
import { TeamInspectionsView } from './_components/team-inspections-view.tsx'

export const generateMetadata = pageTitle('inspection-settings.team.title')

export default teamPage('clusters:read', async ({ ctx }) => (
  <TeamInspectionsView initial={await getTeamSettings(ctx)} />
))
