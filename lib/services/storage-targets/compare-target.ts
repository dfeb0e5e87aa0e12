import { parseBackupKey } from '#lib/backups/object-key.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { Delivery } from '#lib/queue/delivery.ts'
import { holdJob } from '#lib/services/jobs/claim-job.ts'
import type { ObjectStore } from '#lib/storage/object-store.ts'
import { announceEvent, appendEvent } from '#lib/tenancy/events.ts'
import { addMs, minuteMs } from '#lib/time.ts'
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

interface Found {
  readonly key: string
  readonly sizeBytes: number
}

/**
 * Holds what lies in a target against the catalogue, once a day: backups whose object is gone, or of another length, are missing
 * from then on, and found again when it is back; objects no row knows are orphans, shown and never removed. Uploads of ours that
 * nobody has finished for a day are given up.
 *
 * @throws AppError `storage-*`; `conflict` when the job was taken over
 */
export async function compareTarget(job: ComparisonJob, { targetId }: { targetId: string }): Promise<object> {
  const { tenantId, signal } = job
  const { store } = await openTarget(tenantId, targetId)
  try {
    // Of a listing that takes its time, what was put there meanwhile may be missing and is not.
    const endedBefore = addMs(new Date(), -clockToleranceMs)
    const found = await listAll(store, { tenantId, signal })
    await abortOldUploads(store, { tenantId, signal })
    const { result, seq } = await withTenant(tenantId, async (db) => {
      await holdJob(db, job)
      const objects = JSON.stringify([...found.values()])
      const missing = await db.$executeRaw`
        UPDATE backup b SET "state" = 'missing', "missingSince" = now()
         WHERE b."tenantId" = ${tenantId}::uuid AND b."targetId" = ${targetId}::uuid AND b."state" = 'verified'
           AND b."deletingAt" IS NULL AND b."endedAt" < ${endedBefore}
           AND NOT EXISTS (SELECT 1 FROM jsonb_to_recordset(${objects}::jsonb) AS o("key" text, "sizeBytes" bigint)
                            WHERE o."key" = b."objectKey" AND o."sizeBytes" = b."storedBytes")`
      const back = await db.$executeRaw`
        UPDATE backup b SET "state" = 'verified', "missingSince" = NULL
         WHERE b."tenantId" = ${tenantId}::uuid AND b."targetId" = ${targetId}::uuid AND b."state" = 'missing'
           AND EXISTS (SELECT 1 FROM jsonb_to_recordset(${objects}::jsonb) AS o("key" text, "sizeBytes" bigint)
                        WHERE o."key" = b."objectKey" AND o."sizeBytes" = b."storedBytes")`
      const known = await db.backup.findMany({
        where: { tenantId, targetId, objectKey: { not: '' }, deletedAt: null },
        select: { objectKey: true },
      })
      const orphans = orphansIn(found, new Set(known.map(({ objectKey }) => objectKey)))
      await db.storageOrphan.deleteMany({ where: { tenantId, targetId } })
      const seenAt = new Date()
      await db.storageOrphan.createMany({
        data: orphans
          .slice(0, orphansMax)
          .map(({ key, sizeBytes }) => ({ tenantId, targetId, key, sizeBytes: BigInt(sizeBytes), seenAt })),
      })
      await db.storageTarget.update({
        where: { tenantId_id: { tenantId, id: targetId } },
        data: { reconciledAt: seenAt },
      })
      return {
        result: { objects: found.size, missing, back, orphans: orphans.length },
        seq: await appendEvent(db, tenantId, { kind: 'storage-target.changed', payload: { targetId } }),
      }
    })
    announceEvent(tenantId, seq)
    return result
  } finally {
    store.close()
  }
}

type Walk = { tenantId: string; signal: AbortSignal }

/** Everything of this team, page by page; what is young is left out of account on both sides. */
async function listAll(store: ObjectStore, { tenantId, signal }: Walk): Promise<Map<string, Found>> {
  const found = new Map<string, Found>()
  let after: string | undefined
  do {
    const page = await store.list(`tenant/${tenantId}/`, { after, signal })
    for (const { key, sizeBytes } of page.objects) found.set(key, { key, sizeBytes })
    after = page.next
  } while (after !== undefined)
  return found
}

/** A manifest belongs to its backup. An object that was begun a moment ago may be in a transaction that is not seen yet. */
function orphansIn(found: ReadonlyMap<string, Found>, known: ReadonlySet<string>): Found[] {
  const stems = new Set([...known].map(stemOf))
  return [...found.values()].filter(({ key }) => !known.has(key) && !stems.has(stemOf(key)) && !isYoung(key))
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

async function abortOldUploads(store: ObjectStore, { tenantId, signal }: Walk): Promise<void> {
  const before = Date.now() - uploadsOlderThanMs
  for (const upload of await store.listUploads(`tenant/${tenantId}/`, { signal })) {
    if (upload.startedAt.getTime() < before) await store.abortUpload(upload, { signal })
  }
}
