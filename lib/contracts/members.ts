import { z } from 'zod'
import { id, instant, pageQuery } from './paging.ts'
import { role } from './roles.ts'

export const memberParams = z.object({ userId: id })
export const removedMemberView = z.object({ userId: id })
export const memberView = z.object({ userId: id, email: z.string(), name: z.string(), role, joinedAt: instant })
export type MemberView = z.infer<typeof memberView>

export const listMembersQuery = pageQuery.extend({
  q: z.string().trim().max(100).optional(),
  role: role.optional(),
})
export const changeRoleBody = z.strictObject({ role }).meta({ example: { role: 'operator' } })
/** A link an owner hands over by themselves; shown once. */
export const resetLinkView = z.object({ link: z.url().meta({ secret: true }), expiresAt: instant })
