import type { TeamView } from '#lib/contracts/team.ts'
import { plans } from '#lib/contracts/team.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'

interface TeamRow {
  id: string
  name: string
  plan: string
  timeZone: string
  createdAt: Date
  closingAt: Date | null
  deleteAfter: Date | null
}

export function showTeam(row: TeamRow): TeamView {
  return {
    id: row.id,
    name: row.name,
    plan: plans.find((plan) => plan === row.plan) ?? 'community',
    timeZone: row.timeZone,
    createdAt: row.createdAt.toISOString(),
    closingAt: row.closingAt?.toISOString() ?? null,
    deleteAfter: row.deleteAfter?.toISOString() ?? null,
  }
}

/** The caller's own team. Throws `not-found` when it was erased in this moment. */
export async function getTeamRow(db: Db, tenantId: string): Promise<TeamRow> {
  const row = await db.tenant.findUnique({ where: { id: tenantId }, select: teamFields })
  if (!row) throw new AppError('not-found', `Team ${tenantId} is gone`)
  return row
}

/** What is read of a team wherever it is shown. */
export const teamFields = {
  id: true,
  name: true,
  plan: true,
  timeZone: true,
  createdAt: true,
  closingAt: true,
  deleteAfter: true,
} as const
