import type { DiagnosisView } from '#lib/contracts/diagnosis.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { announceEvent, appendEvent } from '#lib/tenancy/events.ts'
import { checkAccess } from './check-access.ts'
import type { ClusterRow } from './cluster-rows.ts'
import { getClusterRow } from './cluster-rows.ts'
import { accessOfCluster } from './diagnosis-access.ts'
import { saveObservation } from './save-observation.ts'
import type { Seen } from './seen.ts'
import { seenBy } from './seen.ts'

interface Look {
  tenantId: string
  clusterId: string
  signal: AbortSignal
}

/**
 * Looks at a stored cluster in every stage, because somebody asks, and writes what was seen.
 *
 * @throws AppError `not-found`, `secret-unreadable`
 */
export async function diagnoseCluster({ tenantId, clusterId, signal }: Look): Promise<DiagnosisView> {
  const { row, access } = await accessOfCluster(tenantId, clusterId)
  const diagnosis = await checkAccess(access, { tenantId, signal })
  await keepSeen(row, seenBy(diagnosis))
  return diagnosis.view
}

/** Open pages hear of it only when something is another than before. */
async function keepSeen({ tenantId, id: clusterId, accessVersion, etcdClusterId, ...before }: ClusterRow, seen: Seen) {
  const seq = await withTenant(tenantId, async (db) => {
    const isSaved = await saveObservation(db, { tenantId, clusterId, accessVersion, etcdClusterId }, seen)
    if (!isSaved || isSame({ ...before, etcdClusterId }, await getClusterRow(db, tenantId, clusterId))) return undefined
    return await appendEvent(db, tenantId, { kind: 'cluster.changed', payload: { clusterId } })
  })
  if (seq !== undefined) announceEvent(tenantId, seq)
}

type Essence = Pick<
  ClusterRow,
  'state' | 'problem' | 'version' | 'membersTotal' | 'membersUp' | 'etcdClusterId' | 'members'
>

function isSame(before: Essence, now: Essence): boolean {
  return JSON.stringify(essenceOf(before)) === JSON.stringify(essenceOf(now))
}

/** What people look at; sizes and latencies differ every time. */
function essenceOf({ state, problem, version, membersTotal, membersUp, etcdClusterId, members }: Essence) {
  const ofMembers = members.map((member) => [
    member.memberId,
    member.state,
    member.isLeader,
    member.address,
    member.version,
  ])
  return [state, problem, version, membersTotal, membersUp, etcdClusterId, ofMembers]
}
