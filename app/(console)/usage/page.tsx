import { getUsage } from '#lib/services/usage/get-usage.ts'
import { pageTitle } from '../_visit/page-title.ts'
import { teamPage } from '../_visit/team-page.tsx'
import { UsageView } from './_components/usage-view.tsx'

export const generateMetadata = pageTitle('usage.title')

export default teamPage('usage:read', async ({ ctx }) => <UsageView initial={await getUsage(ctx)} />)
