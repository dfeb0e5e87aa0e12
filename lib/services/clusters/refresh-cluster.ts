import type { DiagnosisView } from '#lib/contracts/diagnosis.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { announceEvent, appendEvent } from '#lib/tenancy/events.ts'
import { checkAccess } from './check-access.ts'
import { getClusterRow } from './cluster-rows.ts'
import { accessOfCluster } from './diagnosis-access.ts'
import { saveObservation } from './save-observation.ts'

interface Look {
  tenantId: string
  clusterId: string
  signal: AbortSignal
}

/**
 * Looks at a stored cluster and writes what was seen. Open pages hear of it only when something is another than before.
 *
 * @throws AppError `not-found`, `secret-unreadable`
 */
export async function refreshCluster({ tenantId, clusterId, signal }: Look): Promise<DiagnosisView> {
  const { row, access } = await accessOfCluster(tenantId, clusterId)
  const diagnosis = await checkAccess(access, { tenantId, signal })
  const seq = await withTenant(tenantId, async (db) => {
    const isSaved = await saveObservation(db, { tenantId, clusterId, accessVersion: row.accessVersion }, diagnosis)
    if (!isSaved || isSame(row, await getClusterRow(db, tenantId, clusterId))) return undefined
    return await appendEvent(db, tenantId, { kind: 'cluster.changed', payload: { clusterId } })
  })
  if (seq !== undefined) announceEvent(tenantId, seq)
  return diagnosis.view
}

/** The same for a schedule: a cluster that was removed or paused meanwhile is let be. */
export async function refreshForSchedule(look: Look): Promise<object> {
  const { tenantId, clusterId } = look
  const row = await withTenant(tenantId, (db) =>
    db.cluster.findUnique({ where: { tenantId_id: { tenantId, id: clusterId } }, select: { pausedAt: true } }),
  )
  if (!row || row.pausedAt) return { verdict: 'skipped' }
  const { verdict, summary } = await refreshCluster(look)
  return { verdict, membersUp: summary.membersUp, membersTotal: summary.membersTotal }
}

type Row = Awaited<ReturnType<typeof getClusterRow>>

function isSame(before: Row, now: Row): boolean {
  return JSON.stringify(essenceOf(before)) === JSON.stringify(essenceOf(now))
}

/** What people look at; sizes and latencies differ every time. */
function essenceOf({ state, problem, version, membersTotal, membersUp, etcdClusterId, members }: Row) {
  const ofMembers = members.map((member) => [
    member.memberId,
    member.state,
    member.isLeader,
    member.address,
    member.version,
  ])
  return [state, problem, version, membersTotal, membersUp, etcdClusterId, ofMembers]
}
