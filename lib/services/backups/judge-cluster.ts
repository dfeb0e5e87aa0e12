import type { RetainedBackup, RetentionDecision } from '#lib/backups/retention.ts'
import { judgeRetention } from '#lib/backups/retention.ts'
import { backupStatus } from '#lib/contracts/backups.ts'
import type { Db } from '#lib/db/pools.ts'
import { log } from '#lib/log.ts'
import { isRetentionKnown, settingsOf } from '#lib/services/backup-plans/effective-settings.ts'
import { readBase } from '#lib/services/backup-plans/replan.ts'
import { dayMs } from '#lib/time.ts'

/**
 * What retention says of the backups of a cluster, as its plan stands now. Undefined where there is no plan any more: the cluster
 * is gone, and what is left of it stays until somebody deletes it; and where what is set is not understood. What somebody took by hand, say
 * before an upgrade, does not give way to the next turn of a ladder: it stays a day.
 */
export async function judgeCluster(
  db: Db,
  { tenantId, clusterId }: { tenantId: string; clusterId: string },
): Promise<(RetentionDecision<RetainedBackup> & { now: Date }) | undefined> {
  const { team, timeZone, now } = await readBase(db, tenantId)
  const plan = await db.backupPlan.findUnique({ where: { tenantId_clusterId: { tenantId, clusterId } } })
  if (!plan) return undefined
  if (!isRetentionKnown({ team, cluster: plan.settings })) {
    log().error(
      { tenantId, clusterId },
      'the retention of this cluster is not understood: none of its backups is let go',
    )
    return undefined
  }
  const { retention } = settingsOf({ team, cluster: plan.settings, timeZone })
  const rows = await db.backup.findMany({
    where: { tenantId, clusterId, deletedAt: null },
    select: {
      ...{ id: true, state: true, takenAt: true, createdAt: true, isPinned: true, usedUntil: true, deletingAt: true },
      ...{ missingSince: true, reason: true },
      drills: { where: { state: { in: ['pending', 'running'] } }, select: { id: true } },
    },
  })
  const backups = rows.map(
    ({ id, state, takenAt, createdAt, isPinned, usedUntil, deletingAt, missingSince, reason, drills }) => ({
      id,
      missingSince,
      status: backupStatus.parse(state),
      takenAt: takenAt ?? createdAt,
      isPinned:
        isPinned ||
        drills.length > 0 ||
        (usedUntil !== null && usedUntil > now) ||
        (retention.policy.kind === 'ladder' && reason !== 'schedule' && now.getTime() - createdAt.getTime() < dayMs),
      isDeleting: deletingAt !== null,
    }),
  )
  return { ...judgeRetention(backups, { ...retention, now }), now }
}
