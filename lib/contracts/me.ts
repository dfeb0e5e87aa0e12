import { z } from 'zod'
import { currentPassword, locale, newPassword, personName } from './auth.ts'
import { id, instant, pageQuery } from './paging.ts'
import { permission, role } from './roles.ts'

const membershipView = z.object({ id, name: z.string(), role, closingAt: instant.nullable() })

export const meView = z.object({
  id,
  email: z.string(),
  name: z.string(),
  locale,
  hasPassword: z.boolean(),
  /** The identity provider of this installation, if it has one, and whether the account is connected to it. */
  identityProvider: z.object({ name: z.string(), isConnected: z.boolean() }).nullable(),
  teams: z.array(membershipView),
  /** The team this request speaks for; null for somebody who belongs to none. */
  team: membershipView.extend({ timeZone: z.string() }).nullable(),
  permissions: z.array(permission),
  /** When the person last proved who they are; dangerous actions want ≤ 10 minutes. */
  authAt: instant,
})
export type MeView = z.infer<typeof meView>

export const updateMeBody = z
  .strictObject({ name: personName.optional(), locale: locale.optional() })
  .meta({ example: { name: 'Ada Lovelace' } })

export const changePasswordBody = z
  .strictObject({ currentPassword, newPassword })
  .meta({ example: { currentPassword: 'correct horse battery', newPassword: 'staple battery horse' } })
export const changedView = z.object({ changed: z.literal(true) })

export const stepUpBody = z
  .strictObject({ password: currentPassword })
  .meta({ example: { password: 'correct horse battery' } })
export const stepUpView = z.object({ authAt: instant })

export const sessionParams = z.object({ sessionId: id })
export const sessionView = z.object({
  id,
  isCurrent: z.boolean(),
  method: z.enum(['password', 'oidc']),
  ip: z.string(),
  userAgent: z.string(),
  createdAt: instant,
  seenAt: instant,
  expiresAt: instant,
})
export type SessionView = z.infer<typeof sessionView>
export const revokedSessionsView = z.object({ revoked: z.number().int() })

export const listSessionsQuery = pageQuery

export const switchTeamBody = z
  .strictObject({ teamId: id })
  .meta({ example: { teamId: '01890a5d-ac96-774b-bcce-b302099a8057' } })
export const switchedTeamView = z.object({ teamId: id })
