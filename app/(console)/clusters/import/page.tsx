import { pageTitle } from '#app/(console)/_visit/page-title.ts'
import { teamPage } from '#app/(console)/_visit/team-page.tsx'
import { ImportWizard } from './_components/import-wizard.tsx'

export const generateMetadata = pageTitle('clusters.import.title')

export default teamPage('clusters:write', async () => <ImportWizard />)
