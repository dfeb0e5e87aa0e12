import { route } from '#lib/api/route.ts'
import { listMembersQuery, memberView } from '#lib/contracts/members.ts'
import { listMembers } from '#lib/services/members/list-members.ts'

export const GET = route({
  summary: 'List the members of the team',
  access: 'members:read',
  query: listMembersQuery,
  response: { status: 200, page: memberView },
  handle: (ctx, { query }) => listMembers(ctx, query),
})
