import { firstPage } from '#app/(console)/_visit/first-page.ts'
import { pageTitle } from '#app/(console)/_visit/page-title.ts'
import { teamPage } from '#app/(console)/_visit/team-page.tsx'
import { config } from '#lib/config.ts'
import { listClustersQuery } from '#lib/contracts/clusters.ts'
import { listClusters } from '#lib/services/clusters/list-clusters.ts'
import { ClustersView } from './_components/clusters-view.tsx'

export const generateMetadata = pageTitle('clusters.title')

/** What in the address asks for another page of the list, which the table then reads by itself. */
const listNames = ['cursor', 'sort', 'q', 'state', 'version', 'label', 'severity']

export default teamPage('clusters:read', async ({ ctx, searchParams }) => {
  const initialPage = await firstPage(searchParams, listNames, (query) =>
    listClusters(ctx, listClustersQuery.parse(query)),
  )
  return <ClustersView initialPage={initialPage} publicUrl={config().publicUrl} />
})
