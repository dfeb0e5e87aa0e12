import { listApiKeys } from '#lib/services/api-keys/list-api-keys.ts'
import { firstPage } from '../_visit/first-page.ts'
import { pageTitle } from '../_visit/page-title.ts'
import { teamPage } from '../_visit/team-page.tsx'
import { ApiKeysView } from './_components/api-keys-view.tsx'

export const generateMetadata = pageTitle('api-keys.title')

export default teamPage('api-keys:read', async ({ ctx, searchParams }) => {
  const keys = await firstPage(searchParams, ['cursor', 'state'], (query) => listApiKeys(ctx, query))
  return <ApiKeysView initialPage={keys} />
})
