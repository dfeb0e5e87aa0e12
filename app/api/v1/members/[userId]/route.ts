import { route } from '#lib/api/route.ts'
import { changeRoleBody, memberParams, memberView, removedMemberView } from '#lib/contracts/members.ts'
import { changeRole } from '#lib/services/members/change-role.ts'
import { removeMember } from '#lib/services/members/remove-member.ts'

export const PATCH = route({
  summary: "Change a member's role",
  access: 'members:write',
  params: memberParams,
  body: changeRoleBody,
  response: { status: 200, schema: memberView },
  handle: (ctx, { params, body }) => changeRole(ctx, { ...params, ...body }),
})

export const DELETE = route({
  summary: 'Remove a member from the team',
  access: 'members:write',
  params: memberParams,
  response: { status: 200, schema: removedMemberView },
  handle: (ctx, { params }) => removeMember(ctx, params),
})
