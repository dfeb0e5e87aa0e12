import { config } from '#lib/config.ts'
import { listInvitations } from '#lib/services/invitations/list-invitations.ts'
import { listMembers } from '#lib/services/members/list-members.ts'
import { firstPage } from '../_visit/first-page.ts'
import { pageTitle } from '../_visit/page-title.ts'
import { teamPage } from '../_visit/team-page.tsx'
import { MembersView } from './_components/members-view.tsx'

export const generateMetadata = pageTitle('members.title')

export default teamPage('members:read', async ({ ctx, searchParams }) => {
  const isInvitations = searchParams.tab === 'invitations' && ctx.permissions.has('invitations:read')
  const members = isInvitations
    ? undefined
    : await firstPage(searchParams, ['cursor', 'q', 'role'], (query) => listMembers(ctx, query))
  const invitations = isInvitations
    ? await firstPage(searchParams, ['in-cursor', 'in-state'], (query) => listInvitations(ctx, query))
    : undefined
  return <MembersView members={members} invitations={invitations} hasMail={config().smtp !== undefined} />
})
