import { listBackupsQuery } from '#lib/contracts/backup-catalogue.ts'
import { listBackups } from '#lib/services/backups/list-backups.ts'
import { firstPage } from '../_visit/first-page.ts'
import { pageTitle } from '../_visit/page-title.ts'
import { teamPage } from '../_visit/team-page.tsx'
import { BackupsView } from './_components/backups-view.tsx'

export const generateMetadata = pageTitle('backups.title')

/** What in the address asks for another page of the list, which the table then reads by itself. */
const listNames = ['cursor', 'sort', 'state', 'targetId', 'clusterId']

export default teamPage('backups:read', async ({ ctx, searchParams }) => {
  const initialPage = await firstPage(searchParams, listNames, (query) =>
    listBackups(ctx, listBackupsQuery.parse(query)),
  )
  return <BackupsView initialPage={initialPage} />
})
