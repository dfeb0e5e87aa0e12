import { listJobsQuery } from '#lib/contracts/jobs.ts'
import { listJobs } from '#lib/services/jobs/list-jobs.ts'
import { firstPage } from '../_visit/first-page.ts'
import { pageTitle } from '../_visit/page-title.ts'
import { teamPage } from '../_visit/team-page.tsx'
import { ActivityView } from './_components/activity-view.tsx'

export const generateMetadata = pageTitle('activity.title')

export default teamPage('jobs:read', async ({ ctx, searchParams }) => {
  const names = ['cursor', 'state', 'kind', 'subject']
  const jobs = await firstPage(searchParams, names, (query) => listJobs(ctx, listJobsQuery.parse(query)))
  return <ActivityView initialPage={jobs} />
})
