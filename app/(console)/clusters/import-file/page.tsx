import { firstPage } from '#app/(console)/_visit/first-page.ts'
import { pageTitle } from '#app/(console)/_visit/page-title.ts'
import { teamPage } from '#app/(console)/_visit/team-page.tsx'
import { listImportsQuery } from '#lib/contracts/cluster-imports.ts'
import { listImports } from '#lib/services/cluster-imports/list-imports.ts'
import { ImportFileView } from './_components/import-file-view.tsx'

export const generateMetadata = pageTitle('cluster-imports.title')

export default teamPage('clusters:write', async ({ ctx, searchParams }) => {
  const earlier = await firstPage(searchParams, ['cursor'], (query) => listImports(ctx, listImportsQuery.parse(query)))
  return <ImportFileView earlier={earlier} />
})
