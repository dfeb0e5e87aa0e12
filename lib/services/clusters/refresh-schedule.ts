import type { Db } from '#lib/db/pools.ts'
import { newId } from '#lib/ids.ts'

const refreshEverySeconds = 300

interface Refreshed {
  tenantId: string
  clusterId: string
  name: string
}

/** From now on the cluster is looked at every 5 minutes. */
export async function scheduleRefresh(db: Db, { tenantId, clusterId, name }: Refreshed): Promise<void> {
  await db.schedule.create({
    data: {
      tenantId,
      id: newId(),
      kind: 'refresh-cluster',
      payload: { clusterId },
      everySeconds: refreshEverySeconds,
      nextRunAt: new Date(Date.now() + refreshEverySeconds * 1_000),
      subjectKind: 'cluster',
      subjectId: clusterId,
      subjectLabel: name,
    },
  })
}

/** Keeps the schedule in step with its cluster: its name, and whether it is paused. */
export async function adjustRefresh(
  db: Db,
  { tenantId, clusterId, name, pausedAt }: Refreshed & { pausedAt: Date | null },
): Promise<void> {
  await db.schedule.updateMany({
    where: { tenantId, subjectId: clusterId },
    data: { subjectLabel: name, pausedAt },
  })
}

/** A cluster that is gone is not looked at. */
export async function endSchedules(db: Db, { tenantId, clusterId }: Omit<Refreshed, 'name'>): Promise<void> {
  await db.schedule.deleteMany({ where: { tenantId, subjectId: clusterId } })
}
