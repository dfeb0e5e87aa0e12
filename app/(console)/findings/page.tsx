import { listFindingsQuery } from '#lib/contracts/inspections.ts'
import { listFindings } from '#lib/services/findings/list-findings.ts'
import { firstPage } from '../_visit/first-page.ts'
import { pageTitle } from '../_visit/page-title.ts'
import { teamPage } from '../_visit/team-page.tsx'
import { FindingsView } from './_components/findings-view.tsx'

export const generateMetadata = pageTitle('findings.title')

/** What in the address asks for another page of the list, which the table then reads by itself. */
const listNames = ['cursor', 'sort', 'state', 'severity', 'inspection', 'clusterId', 'label']

export default teamPage('clusters:read', async ({ ctx, searchParams }) => {
  const initialPage = await firstPage(searchParams, listNames, (query) =>
    listFindings(ctx, listFindingsQuery.parse(query)),
  )
  return <FindingsView initialPage={initialPage} />
})
