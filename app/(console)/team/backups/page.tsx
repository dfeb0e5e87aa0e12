import { pageTitle } from '#app/(console)/_visit/page-title.ts'
import { teamPage } from '#app/(console)/_visit/team-page.tsx'
import { getTeamBackups } from '#lib/services/backup-plans/change-plan.ts'
import { TeamBackupsView } from './_components/team-backups-view.tsx'

export const generateMetadata = pageTitle('backups.settings.title')

export default teamPage('backups:read', async ({ ctx }) => <TeamBackupsView initial={await getTeamBackups(ctx)} />)
