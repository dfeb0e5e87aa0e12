import { z } from 'zod'
import { parseBackupKey } from '#lib/backups/object-key.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { Delivery } from '#lib/queue/delivery.ts'
import { holdJob } from '#lib/services/jobs/claim-job.ts'
import type { ObjectStore } from '#lib/storage/object-store.ts'
import { announceEvent, appendEvent } from '#lib/tenancy/events.ts'
import { addMs, minuteMs } from '#lib/time.ts'
import type { FolderListing, FoundObject } from './list-by-cluster.ts'
import { listByCluster } from './list-by-cluster.ts'
import { openTarget } from './open-store.ts'

/** The job that compares a target with the catalogue, as its handler gets it. */
export interface ComparisonJob extends Delivery {
  signal: AbortSignal
}

/** Objects younger than this may be of a backup that is just being written. */
const youngMs = 30 * minuteMs
/** How far the clocks of two workers may be apart. */
const clockToleranceMs = minuteMs
/** Shown to people: nobody goes through more. */
const orphansMax = 1_000
const uploadsOlderThanMs = 24 * 60 * minuteMs

/**
 * Holds what lies in a target against the catalogue, once a day: backups whose object is gone, or of another length, are missing
 * from then on, and found again when it is back; objects no row knows are orphans, shown and never removed. Uploads of ours that
 * nobody has finished for a day are given up. Goes cluster by cluster, each in a transaction of its own.
 *
 * @throws AppError `storage-*`; `conflict` when the job was taken over
 */
export async function compareTarget(job: ComparisonJob, { targetId }: { targetId: string }): Promise<object> {
  const { tenantId, signal } = job
  const { store } = await openTarget(tenantId, targetId)
  try {
    // Of a listing that takes its time, what was put there meanwhile may be missing and is not.
    const comparison = new Comparison(job, { targetId, endedBefore: addMs(new Date(), -clockToleranceMs) })
    for await (const listing of listByCluster(store, { tenantId, signal })) await comparison.hold(listing)
    await abortOldUploads(store, { tenantId, signal })
    return await comparison.finish()
  } finally {
    store.close()
  }
}

class Comparison {
  readonly #job: ComparisonJob
  readonly #targetId: string
  readonly #endedBefore: Date
  readonly #clusterIds: string[] = []
  readonly #orphans: FoundObject[] = []
  readonly #counts = { objects: 0, missing: 0, back: 0, orphans: 0 }

  constructor(job: ComparisonJob, { targetId, endedBefore }: { targetId: string; endedBefore: Date }) {
    this.#job = job
    this.#targetId = targetId
    this.#endedBefore = endedBefore
  }

  /** One folder against the backups of the cluster it is called by. */
  async hold({ folder, objects }: FolderListing): Promise<void> {
    const clusterId = z.uuid().safeParse(folder).data
    const known = clusterId === undefined ? [] : await this.#holdCluster(clusterId, objects)
    const orphans = orphansIn(objects, new Set(known))
    this.#counts.objects += objects.length
    this.#counts.orphans += orphans.length
    this.#orphans.push(...orphans.slice(0, orphansMax - this.#orphans.length))
  }

  /** Gives the keys its backups have. */
  async #holdCluster(clusterId: string, objects: readonly FoundObject[]): Promise<string[]> {
    const { tenantId } = this.#job
    const [targetId, endedBefore] = [this.#targetId, this.#endedBefore]
    this.#clusterIds.push(clusterId)
    const keys = objects.map(({ key }) => key)
    const sizes = objects.map(({ sizeBytes }) => BigInt(sizeBytes))
    return await withTenant(tenantId, async (db) => {
      await holdJob(db, this.#job)
      this.#counts.missing += await db.$executeRaw`
        UPDATE backup b SET "state" = 'missing', "missingSince" = now()
         WHERE b."tenantId" = ${tenantId}::uuid AND b."clusterId" = ${clusterId}::uuid AND b."targetId" = ${targetId}::uuid
           AND b."state" = 'verified' AND b."deletingAt" IS NULL AND b."endedAt" < ${endedBefore}
           AND NOT EXISTS (SELECT 1 FROM unnest(${keys}::text[], ${sizes}::bigint[]) AS o("key", "sizeBytes")
                            WHERE o."key" = b."objectKey" AND o."sizeBytes" = b."storedBytes")`
      this.#counts.back += await db.$executeRaw`
        UPDATE backup b SET "state" = 'verified', "missingSince" = NULL
         WHERE b."tenantId" = ${tenantId}::uuid AND b."clusterId" = ${clusterId}::uuid AND b."targetId" = ${targetId}::uuid
           AND b."state" = 'missing'
           AND EXISTS (SELECT 1 FROM unnest(${keys}::text[], ${sizes}::bigint[]) AS o("key", "sizeBytes")
                        WHERE o."key" = b."objectKey" AND o."sizeBytes" = b."storedBytes")`
      const known = await db.backup.findMany({
        // Of all targets: two of them may be the same folder or bucket.
        where: { tenantId, clusterId, objectKey: { not: '' }, deletedAt: null },
        select: { objectKey: true },
      })
      return known.map(({ objectKey }) => objectKey)
    })
  }

  /** What was never listed at all is missing too; then the orphans of the day take the place of those before. */
  async finish(): Promise<object> {
    const { tenantId } = this.#job
    const [targetId, endedBefore] = [this.#targetId, this.#endedBefore]
    const seq = await withTenant(tenantId, async (db) => {
      await holdJob(db, this.#job)
      this.#counts.missing += await db.$executeRaw`
        UPDATE backup b SET "state" = 'missing', "missingSince" = now()
         WHERE b."tenantId" = ${tenantId}::uuid AND b."targetId" = ${targetId}::uuid AND b."state" = 'verified'
           AND b."deletingAt" IS NULL AND b."endedAt" < ${endedBefore}
           AND b."clusterId" <> ALL(${this.#clusterIds}::uuid[])`
      const seenAt = new Date()
      await db.storageOrphan.deleteMany({ where: { tenantId, targetId } })
      await db.storageOrphan.createMany({
        data: this.#orphans.map(({ key, sizeBytes }) => ({
          ...{ tenantId, targetId, key, seenAt },
          sizeBytes: BigInt(sizeBytes),
        })),
      })
      await db.storageTarget.update({
        where: { tenantId_id: { tenantId, id: targetId } },
        data: { reconciledAt: seenAt },
      })
      return await appendEvent(db, tenantId, { kind: 'storage-target.changed', payload: { targetId } })
    })
    announceEvent(tenantId, seq)
    return this.#counts
  }
}

/** A manifest belongs to its backup. An object that was begun a moment ago may be in a transaction that is not seen yet. */
function orphansIn(found: readonly FoundObject[], known: ReadonlySet<string>): FoundObject[] {
  const stems = new Set([...known].map(stemOf))
  return found.filter(({ key }) => !known.has(key) && !stems.has(stemOf(key)) && !isYoung(key))
}

function stemOf(key: string): string {
  const name = key.lastIndexOf('/') + 1
  const dot = key.indexOf('.', name)
  return dot < 0 ? key : key.slice(0, dot)
}

function isYoung(key: string): boolean {
  const takenAt = parseBackupKey(key)?.takenAt
  return takenAt !== undefined && Date.now() - takenAt.getTime() < youngMs
}

async function abortOldUploads(
  store: ObjectStore,
  { tenantId, signal }: { tenantId: string; signal: AbortSignal },
): Promise<void> {
  const before = Date.now() - uploadsOlderThanMs
  for (const upload of await store.listUploads(`tenant/${tenantId}/`, { signal })) {
    if (upload.startedAt.getTime() < before) await store.abortUpload(upload, { signal })
  }
}
