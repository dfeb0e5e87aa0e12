import { pageTitle } from '#app/(console)/_visit/page-title.ts'
import { selfPage } from '#app/(console)/_visit/self-page.tsx'
import { routes } from '#app/api/routes.generated.ts'
import { openApiDocument } from '#lib/api/openapi.ts'
import { config } from '#lib/config.ts'
import { ApiReference } from './_components/api-reference.tsx'
import { operationsOf } from './_components/operations.ts'

export const generateMetadata = pageTitle('api-docs.title')

export default selfPage(async () => {
  const { publicUrl } = config()
  return <ApiReference operations={operationsOf(openApiDocument(routes, publicUrl))} publicUrl={publicUrl} />
})
