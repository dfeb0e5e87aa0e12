import type { Severity } from '#lib/contracts/inspections.ts'
import { severities } from '#lib/contracts/inspections.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { keepCollection } from '#lib/services/collections/keep-collection.ts'
import { countFindings } from '#lib/services/findings/count-findings.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'

type Team = Pick<TenantContext, 'tenantId'>

/** A cluster that is in and waits for its first collection; nothing is dialled. */
export async function addWatchedCluster({ tenantId }: Team, more: object = {}): Promise<string> {
  const id = newId()
  await withTenant(tenantId, async (db) => {
    const endpoints = ['https://10.0.0.1:2379', 'https://10.0.0.2:2379']
    await db.cluster.create({
      data: { tenantId, id, name: `c-${id}`, provider: 'imported', endpoints, ...more },
    })
    await keepCollection(db, { tenantId, clusterId: id, pausedAt: null })
  })
  return id
}

/** A finding as a collection leaves it; without more, that a database fills. */
export async function addFinding(
  { tenantId }: Team,
  { clusterId, severity = 'warning', ...more }: { clusterId: string; severity?: Severity } & Record<string, unknown>,
): Promise<string> {
  const id = newId()
  const at = new Date()
  const evidence = {
    member: 'etcd-1',
    memberId: '1f',
    address: 'https://10.0.0.1:2379',
    isReclaimable: true,
    percent: 80,
  }
  await withTenant(tenantId, async (db) => {
    await db.finding.create({
      data: {
        ...{ tenantId, id, clusterId, inspection: 'db-size', key: `db-size/${id}`, subject: { kind: 'cluster' } },
        ...{ code: 'db-filling', source: 'openshift', evidence, openedAt: at, seenAt: at, changedAt: at },
        severity: severities.indexOf(severity) + 1,
        ...more,
      },
    })
    await countFindings(db, { tenantId, clusterIds: [clusterId] })
  })
  return id
}
