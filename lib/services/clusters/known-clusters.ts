import type { Diagnosis } from '#lib/clusters/diagnosis/diagnose.ts'
import { withTenant } from '#lib/db/tenant.ts'

const namesMax = 3

/**
 * A diagnosis with the names under which the team has this etcd already. Etcds that were set up alike have the same cluster
 * id, so that a member has to be reached at the same address too.
 */
export async function nameKnown(tenantId: string, diagnosis: Diagnosis): Promise<Diagnosis> {
  const { view, members } = diagnosis
  const addresses = members.flatMap(({ address }) => address ?? [])
  const { etcdClusterId } = view.summary
  if (etcdClusterId === null || addresses.length === 0) return diagnosis
  const known = await withTenant(tenantId, (db) =>
    db.cluster.findMany({
      where: { tenantId, etcdClusterId, members: { some: { address: { in: addresses } } } },
      select: { name: true },
      orderBy: { name: 'asc' },
      take: namesMax,
    }),
  )
  const knownAs = known.map(({ name }) => name)
  return { ...diagnosis, view: { ...view, summary: { ...view.summary, knownAs } } }
}
