import { pageTitle } from '#app/(console)/_visit/page-title.ts'
import { teamPage } from '#app/(console)/_visit/team-page.tsx'
import { config } from '#lib/config.ts'
import { listClustersQuery } from '#lib/contracts/clusters.ts'
import { listClusters } from '#lib/services/clusters/list-clusters.ts'
import { ClustersView } from './_components/clusters-view.tsx'

export const generateMetadata = pageTitle('clusters.title')

const pageSize = 50

export default teamPage('clusters:read', async ({ ctx }) => {
  const { items, nextCursor } = await listClusters(ctx, listClustersQuery.parse({ limit: pageSize }))
  return <ClustersView initialPage={{ data: items, nextCursor }} publicUrl={config().publicUrl} />
})
