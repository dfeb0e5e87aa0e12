import { withSystem } from '#lib/db/system.ts'
import { AppError } from '#lib/errors.ts'
import { isId } from '#lib/ids.ts'
import type { Anchor, ChainVerdict } from '#lib/tenancy/verify-chain.ts'
import { verifyAuditChain } from './verify-audit-chain.ts'

const teamsPerPage = 500

export interface TeamVerdict {
  tenantId: string
  name: string
  verdict: ChainVerdict
}

interface Wanted {
  /** Id or exact name; every team when not given. */
  team?: string | undefined
  /** What was written down about that team's chain earlier. */
  anchors?: readonly Anchor[]
}

/**
 * Verifies the chains of all teams, or of those of one name, one after the other. Teams that are being erased are left out:
 * half of their rows may be gone.
 */
export async function* verifyAuditChains({ team, anchors = [] }: Wanted): AsyncGenerator<TeamVerdict> {
  for await (const { id, name } of teamsOf(team)) {
    yield { tenantId: id, name, verdict: await judge(id, anchors) }
  }
}

/** A team whose key was taken away is a verdict of its own: it must not hide what happened to the teams after it. */
async function judge(tenantId: string, anchors: readonly Anchor[]): Promise<ChainVerdict> {
  try {
    return await verifyAuditChain(tenantId, anchors)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'secret-unreadable') throw error
    return { verdict: 'key-unreadable', rowCount: 0, seq: 1n }
  }
}

async function* teamsOf(team: string | undefined): AsyncGenerator<{ id: string; name: string }> {
  let after: string | undefined
  while (true) {
    const page = await readTeams(team, after)
    yield* page
    if (page.length < teamsPerPage) return
    after = page.at(-1)?.id
  }
}

function readTeams(team: string | undefined, after: string | undefined) {
  return withSystem((db) =>
    db.tenant.findMany({
      where: {
        AND: [
          { OR: [{ deleteAfter: null }, { deleteAfter: { gt: new Date() } }] },
          team === undefined ? {} : { OR: [{ name: team }, ...(isId(team) ? [{ id: team }] : [])] },
          after === undefined ? {} : { id: { gt: after } },
        ],
      },
      orderBy: { id: 'asc' },
      select: { id: true, name: true },
      take: teamsPerPage,
    }),
  )
}
