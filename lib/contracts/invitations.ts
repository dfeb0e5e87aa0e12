import { z } from 'zod'
import { email } from './auth.ts'
import { id, instant, pageQuery } from './paging.ts'
import { role } from './roles.ts'

export const invitationStates = ['pending', 'accepted', 'expired', 'revoked'] as const
export const invitationParams = z.object({ invitationId: id })
export const invitationView = z.object({
  id,
  email: z.string(),
  role,
  state: z.enum(invitationStates),
  invitedBy: z.string(),
  createdAt: instant,
  expiresAt: instant,
  mailedAt: instant.nullable(),
})
export type InvitationView = z.infer<typeof invitationView>
/** `link` appears only in the answer that creates the invitation. */
export const createdInvitationView = invitationView.extend({ link: z.url().meta({ secret: true }) })
export const inviteBody = z
  .strictObject({ email, role })
  .meta({ example: { email: 'grace@example.com', role: 'viewer' } })
export const listInvitationsQuery = pageQuery.extend({ state: z.enum(invitationStates).optional() })
