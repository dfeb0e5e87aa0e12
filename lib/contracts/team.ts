import { z } from 'zod'
import { teamName } from './auth.ts'
import { id, instant } from './paging.ts'

export const plans = ['community', 'business', 'enterprise'] as const

const timeZone = z.string().min(1, { error: 'time-zone-unknown' }).max(64, { error: 'time-zone-unknown' })

export const teamView = z.object({
  id,
  name: z.string(),
  plan: z.enum(plans),
  timeZone: z.string(),
  createdAt: instant,
  /** Set while the team is being deleted: closed to everybody since then, gone for good at `deleteAfter`. */
  closingAt: instant.nullable(),
  deleteAfter: instant.nullable(),
})
export type TeamView = z.infer<typeof teamView>

export const createTeamBody = z.strictObject({ name: teamName }).meta({ example: { name: 'Platform' } })
export const updateTeamBody = z
  .strictObject({ name: teamName.optional(), timeZone: timeZone.optional() })
  .meta({ example: { timeZone: 'Asia/Shanghai' } })
export const deleteTeamBody = z
  .strictObject({ confirmName: z.string().max(80, { error: 'name-too-long' }) })
  .meta({ example: { confirmName: 'Platform' } })
export const leftTeamView = z.object({ teamId: id })
