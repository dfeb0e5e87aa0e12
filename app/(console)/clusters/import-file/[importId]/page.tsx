import { pageTitle } from '#app/(console)/_visit/page-title.ts'
import { teamPage } from '#app/(console)/_visit/team-page.tsx'
import { importParams } from '#lib/contracts/cluster-imports.ts'
import { parseInput } from '#lib/parse-input.ts'
import { getImport } from '#lib/services/cluster-imports/list-imports.ts'
import { ImportView } from './_components/import-view.tsx'

export const generateMetadata = pageTitle('cluster-imports.title')

export default teamPage('clusters:read', async ({ ctx, params }) => {
  const record = await getImport(ctx, parseInput(importParams, params, 'params'))
  return <ImportView initial={record} />
})
