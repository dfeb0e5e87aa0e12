import type { ImportCluster } from '#lib/contracts/clusters.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { keepBackupPlan } from '#lib/services/backup-plans/replan.ts'
import { keepCollection } from '#lib/services/collections/keep-collection.ts'
import type { Outcome } from '#lib/services/mutate.ts'
import { lockTeam } from '#lib/services/team/team-lock.ts'
import { checkQuota } from '#lib/services/usage/check-quota.ts'
import type { AuditAuthor } from '#lib/tenancy/audit-log.ts'
import type { QuotaLimits } from '#lib/tenancy/quotas.ts'
import type { ClusterRow } from './cluster-rows.ts'
import { getClusterRow } from './cluster-rows.ts'
import { credentialsOf, storeCredential } from './cluster-secrets.ts'
import { saveObservation } from './save-observation.ts'
import type { Seen } from './seen.ts'

interface NewCluster {
  body: ImportCluster
  seen: Seen
  quotas: QuotaLimits
}

/**
 * Stores a cluster that was looked at: its row, its sealed credentials, what was seen of it, and that it is collected from now
 * on.
 *
 * @throws AppError `already-exists` for a name that is taken, `quota-exceeded`
 */
export async function addCluster(
  db: Db,
  { tenantId, actor }: AuditAuthor,
  { body, seen, quotas }: NewCluster,
): Promise<Outcome<ClusterRow>> {
  const clusterId = newId()
  const { name, endpoints, labels } = body
  await lockTeam(db, tenantId)
  checkQuota(quotas, 'clusters', await db.cluster.count({ where: { tenantId } }))
  await demandFreeName(db, tenantId, name)
  await db.cluster.create({ data: { tenantId, id: clusterId, provider: 'imported', ...columnsOf(body) } })
  for (const change of credentialsOf(body)) {
    await storeCredential(db, { tenantId, clusterId, changedBy: actor.label }, change)
  }
  await saveObservation(db, { tenantId, clusterId, accessVersion: 1 }, seen)
  await keepCollection(db, { tenantId, clusterId, pausedAt: null })
  await keepBackupPlan(db, { tenantId, clusterId })
  return {
    result: await getClusterRow(db, tenantId, clusterId),
    action: 'cluster.imported',
    target: { kind: 'cluster', id: clusterId, label: name },
    diff: { endpoints: [null, endpoints], labels: [null, labels] },
    event: { kind: 'cluster.imported', payload: { clusterId } },
  }
}

/** @throws AppError `already-exists` */
export async function demandFreeName(db: Db, tenantId: string, name: string): Promise<void> {
  const taken = await db.cluster.findUnique({ where: { tenantId_name: { tenantId, name } }, select: { id: true } })
  if (taken) throw new AppError('already-exists', `A cluster called ${name} is there already`)
}

function columnsOf({ name, description, labels, isProtected, network, endpoints, addressMap, tls }: ImportCluster) {
  const { clientKeyPem: _sealedApart, ...openTls } = tls
  return { name, description, labels, isProtected, network, endpoints, addressMap, tls: openTls }
}
