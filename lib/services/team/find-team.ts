import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import { isId } from '#lib/ids.ts'

/**
 * The team an operator names by its id or exact name; one that is being deleted is not found. Needs the system door.
 *
 * @throws AppError `not-found` when there is no such team, `conflict` when several bear the name
 */
export async function getNamedTeam(db: Db, team: string) {
  const [row, another] = await db.tenant.findMany({
    where: { closingAt: null, OR: [{ name: team }, ...(isId(team) ? [{ id: team }] : [])] },
    select: { id: true, name: true, plan: true, quotaOverrides: true },
    take: 2,
  })
  if (!row) throw new AppError('not-found', `There is no team ${team}`)
  if (another) throw new AppError('conflict', `Several teams are called ${team}`)
  return row
}
