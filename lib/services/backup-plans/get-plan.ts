import type { BackupPlanView, ProtectionState } from '#lib/contracts/backup-plans.ts'
import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { secondMs } from '#lib/time.ts'
import { namesSet, ownTargetOf, settingsOf } from './effective-settings.ts'
import { intervalOf } from './longest-interval.ts'
import { readBase } from './replan.ts'

/** A backup later than so many of its intervals is late, and then no protection any more (trust: RPO alarm at 2). */
const lateIntervals = 2
const unprotectedIntervals = 3

interface Which {
  clusterId: string
}

/** How a cluster is backed up, how well it is protected now, and what was proven of it. @throws AppError `not-found` */
export function getBackupPlan({ tenantId }: TenantContext, { clusterId }: Which): Promise<BackupPlanView> {
  return withTenant(tenantId, (db) => readPlan(db, { tenantId, clusterId }))
}

/** Seconds between two backups of a cluster as its plan stands now; undefined where the cluster is no longer here. */
export async function findRpoSeconds(ctx: TenantContext, which: Which): Promise<number | undefined> {
  try {
    const { rpoSeconds } = await getBackupPlan(ctx, which)
    return rpoSeconds
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return undefined
    throw error
  }
}

export async function readPlan(
  db: Db,
  { tenantId, clusterId }: { tenantId: string; clusterId: string },
): Promise<BackupPlanView> {
  const cluster = await db.cluster.findUnique({
    where: { tenantId_id: { tenantId, id: clusterId } },
    select: { pausedAt: true, backupPlan: true },
  })
  if (!cluster?.backupPlan) throw new AppError('not-found', `Team ${tenantId} has no cluster ${clusterId}`)
  const { isOn, settings: own, nextDueAt, nextDrillAt } = cluster.backupPlan
  const { team, timeZone, now } = await readBase(db, tenantId)
  const settings = settingsOf({ team, cluster: own, timeZone })
  const target = await db.storageTarget.findFirst({
    where: { tenantId, ...(ownTargetOf(own) === null ? { isDefault: true } : { id: ownTargetOf(own) ?? '' }) },
    select: { id: true, name: true },
  })
  const found = await readNewest(db, { tenantId, clusterId })
  const rpoSeconds = intervalOf(settings, { now, clusterId })
  const isPaused = cluster.pausedAt !== null
  const obstacle = obstacleOf({ isOn, isPaused, hasTarget: target !== null, lastProblem: found.lastProblem })
  return {
    ...{ isOn, settings, obstacle, rpoSeconds, kept: found.kept },
    ...{ targetId: target?.id ?? null, targetName: target?.name ?? null },
    own: namesSet(own),
    state: stateOf({ isOn: isOn && !isPaused, now, rpoSeconds, takenAt: found.verified?.takenAt ?? null }),
    nextDueAt: nextDueAt?.toISOString() ?? null,
    nextDrillAt: nextDrillAt?.toISOString() ?? null,
    lastVerified: found.verified && showVerified(found.verified),
    lastProven: found.proven && showProven(found.proven),
    running: found.running,
  }
}

async function readNewest(db: Db, where: { tenantId: string; clusterId: string }) {
  const newest = [{ createdAt: 'desc' as const }, { id: 'desc' as const }]
  const verified = await db.backup.findFirst({
    where: { ...where, state: 'verified', deletingAt: null },
    orderBy: [{ takenAt: 'desc' }, { id: 'desc' }],
    select: { id: true, takenAt: true, createdAt: true, keys: true, sizeBytes: true },
  })
  const proven = await db.drill.findFirst({
    where: { ...where, state: 'proven' },
    orderBy: newest,
    select: { id: true, backupId: true, endedAt: true, createdAt: true, tookMs: true },
  })
  const running = await db.backup.findFirst({
    where: { ...where, state: { in: ['pending', 'running'] } },
    select: { id: true, jobId: true },
  })
  const last = await db.backup.findFirst({ where, orderBy: newest, select: { problem: true, state: true } })
  const kept = await db.backup.count({ where: { ...where, state: 'verified', deletingAt: null, deletedAt: null } })
  return { verified, proven, running, kept, lastProblem: last?.state === 'failed' ? last.problem : null }
}

type Newest = Awaited<ReturnType<typeof readNewest>>

function showVerified({ id, takenAt, createdAt, keys, sizeBytes }: NonNullable<Newest['verified']>) {
  return { id, takenAt: (takenAt ?? createdAt).toISOString(), keys: String(keys), sizeBytes: Number(sizeBytes) }
}

function showProven({ id, backupId, endedAt, createdAt, tookMs }: NonNullable<Newest['proven']>) {
  return { id, backupId, at: (endedAt ?? createdAt).toISOString(), rtoMs: tookMs ?? 0 }
}

interface Situation {
  isOn: boolean
  isPaused: boolean
  hasTarget: boolean
  lastProblem: string | null
}

function obstacleOf({ isOn, isPaused, hasTarget, lastProblem }: Situation): BackupPlanView['obstacle'] {
  if (!isOn) return 'switched-off'
  if (isPaused) return 'paused'
  if (!hasTarget) return 'no-target'
  return lastProblem === 'etcd-needs-root' ? 'needs-root' : null
}

function stateOf({
  isOn,
  now,
  rpoSeconds,
  takenAt,
}: {
  isOn: boolean
  now: Date
  rpoSeconds: number
  takenAt: Date | null
}): ProtectionState {
  if (takenAt === null) return isOn ? 'waiting' : 'off'
  const intervals = (now.getTime() - takenAt.getTime()) / secondMs / rpoSeconds
  if (!isOn) return 'off'
  if (intervals >= unprotectedIntervals) return 'unprotected'
  return intervals >= lateIntervals ? 'late' : 'protected'
}
