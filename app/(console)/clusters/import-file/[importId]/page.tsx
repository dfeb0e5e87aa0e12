import { pageTitle } from '#app/(console)/_visit/page-title.ts'
import { teamPage } from '#app/(console)/_visit/team-page.tsx'
import { importParams } from '#lib/contracts/cluster-imports.ts'
import { AppError } from '#lib/errors.ts'
import { getImport } from '#lib/services/cluster-imports/list-imports.ts'
import { ImportView } from './_components/import-view.tsx'

export const generateMetadata = pageTitle('cluster-imports.title')

export default teamPage('clusters:read', async ({ ctx, params }) => {
  const asked = importParams.safeParse(params)
  if (!asked.success) throw new AppError('not-found', 'The address names no import')
  return <ImportView initial={await getImport(ctx, asked.data)} />
})
