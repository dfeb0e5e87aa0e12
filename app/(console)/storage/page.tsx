import { listTargets } from '#lib/services/storage-targets/list-targets.ts'
import { pageTitle } from '../_visit/page-title.ts'
import { teamPage } from '../_visit/team-page.tsx'
import { StorageView } from './_components/storage-view.tsx'

export const generateMetadata = pageTitle('storage.title')

export default teamPage('storage-targets:read', async ({ ctx }) => <StorageView initial={await listTargets(ctx)} />)
