import type { EffectiveBackupSettings } from '#lib/contracts/backup-plans.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { settingsOf } from '#lib/services/backup-plans/effective-settings.ts'
import { readBase } from '#lib/services/backup-plans/replan.ts'
import { addressPolicyOf } from '#lib/services/clusters/address-policy.ts'
import { accessOfCluster } from '#lib/services/clusters/diagnosis-access.ts'
import { etcdAccessOf } from '#lib/services/clusters/etcd-access.ts'
import type { OpenTarget } from '#lib/services/storage-targets/open-store.ts'
import { openTarget } from '#lib/services/storage-targets/open-store.ts'
import type { BackupRow } from './backup-rows.ts'

/** A member gives at most this part of its time to hashes (of all its keys, for the proof that a drill compares with). */
const hashShare = 1 / 1000
/** What takes no longer than that nobody notices. */
const hashUnnoticedMs = 50

/** What a backup is taken with, as it stands now. */
export interface PreparedBackup {
  readonly client: EtcdClient
  readonly expectedClusterId: bigint | null
  readonly target: OpenTarget
  readonly settings: EffectiveBackupSettings
  readonly wantsHash: boolean
}

/**
 * Opens the cluster and the target of a backup; connects to neither. Whoever reads snapshots is root, and counts as root too: a
 * reader may see but a part of the keys.
 *
 * @throws AppError `not-found` where the cluster is gone, `secret-unreadable`, `no-backup-directory`
 */
export async function prepareBackup({ tenantId, clusterId, targetId }: BackupRow): Promise<PreparedBackup> {
  const { row, access } = await accessOfCluster(tenantId, clusterId)
  const policy = await addressPolicyOf(tenantId)
  const asRoot = access.root ? { ...access, reader: access.root } : access
  const plan = await withTenant(tenantId, async (db) => {
    const { team, timeZone, now } = await readBase(db, tenantId)
    const own = await db.backupPlan.findUnique({ where: { tenantId_clusterId: { tenantId, clusterId } } })
    const settings = settingsOf({ team, cluster: own?.settings, timeZone })
    return { settings, now, hashedAt: own?.hashedAt ?? null, hashTookMs: own?.hashTookMs ?? null }
  })
  return {
    client: openEtcd(etcdAccessOf(asRoot, policy)),
    expectedClusterId: row.etcdClusterId === null ? null : BigInt(row.etcdClusterId),
    target: await openTarget(tenantId, targetId),
    settings: plan.settings,
    wantsHash: mayHash(plan),
  }
}

/** With each backup, unless it took so long the last time that the member has to rest from it first. */
function mayHash({ now, hashedAt, hashTookMs }: { now: Date; hashedAt: Date | null; hashTookMs: number | null }) {
  if (hashedAt === null || (hashTookMs ?? 0) <= hashUnnoticedMs) return true
  return now.getTime() - hashedAt.getTime() >= (hashTookMs ?? 0) / hashShare
}
