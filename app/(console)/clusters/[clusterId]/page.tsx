import { pageTitle } from '#app/(console)/_visit/page-title.ts'
import { teamPage } from '#app/(console)/_visit/team-page.tsx'
import { clusterParams } from '#lib/contracts/clusters.ts'
import { AppError } from '#lib/errors.ts'
import { getCluster } from '#lib/services/clusters/get-cluster.ts'
import { getClusterWatch } from '#lib/services/collections/get-cluster-watch.ts'
import { ClusterPage } from './_components/cluster-page.tsx'

export const generateMetadata = pageTitle('clusters.page.title')

export default teamPage('clusters:read', async ({ ctx, params }) => {
  const asked = clusterParams.safeParse(params)
  if (!asked.success) throw new AppError('not-found', 'The address names no cluster')
  const [cluster, watch] = await Promise.all([getCluster(ctx, asked.data), getClusterWatch(ctx, asked.data)])
  return <ClusterPage initial={cluster} initialWatch={watch} />
})
