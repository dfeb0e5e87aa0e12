import type { Db } from '#lib/db/pools.ts'
import { keepSchedule, pauseSchedule, removeSchedule, resumeSchedule } from '#lib/services/schedules/keep-schedule.ts'

const kind = 'refresh-cluster'
const everySeconds = 300

interface Refreshed {
  tenantId: string
  clusterId: string
  name: string
  pausedAt: Date | null
}

/** Has a cluster looked at every 5 minutes, unless it is paused; called again when its name or pause has changed. */
export async function keepRefresh(db: Db, { tenantId, clusterId, name, pausedAt }: Refreshed): Promise<void> {
  const subject = { kind: 'cluster', id: clusterId, label: name }
  await keepSchedule(db, { tenantId, kind, payload: { clusterId }, everySeconds, subject })
  const which = { tenantId, kind, subjectId: clusterId }
  await (pausedAt ? pauseSchedule(db, which) : resumeSchedule(db, which))
}

/** A cluster that is gone is not looked at. */
export async function endRefresh(
  db: Db,
  { tenantId, clusterId }: Pick<Refreshed, 'tenantId' | 'clusterId'>,
): Promise<void> {
  await removeSchedule(db, { tenantId, kind, subjectId: clusterId })
}
