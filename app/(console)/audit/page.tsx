import { listAuditEvents } from '#lib/services/audit/list-audit-events.ts'
import { firstPage } from '../_visit/first-page.ts'
import { pageTitle } from '../_visit/page-title.ts'
import { teamPage } from '../_visit/team-page.tsx'
import { AuditView } from './_components/audit-view.tsx'

export const generateMetadata = pageTitle('audit.title')

export default teamPage('audit:read', async ({ ctx, searchParams }) => {
  const names = ['cursor', 'actor', 'action', 'target', 'from', 'to']
  const events = await firstPage(searchParams, names, (query) => listAuditEvents(ctx, query))
  return <AuditView initialPage={events} />
})
