import { pageTitle } from '#app/(console)/_visit/page-title.ts'
import { teamPage } from '#app/(console)/_visit/team-page.tsx'
import { NewTarget } from '#app/(console)/storage/_components/new-target.tsx'

export const generateMetadata = pageTitle('storage.form.createTitle')

export default teamPage('storage-targets:write', () => Promise.resolve(<NewTarget />))
