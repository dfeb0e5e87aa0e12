import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { SpoolPlace } from '#lib/backups/spool.ts'
import type { BackupComparisonView } from '#lib/contracts/backup-catalogue.ts'
import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import { FairQueue } from '#lib/fair-queue.ts'
import { cleanText } from '#lib/foreign-text.ts'
import { processWide } from '#lib/process-wide.ts'
import type { GroupDifference } from '#lib/snapshot-file/comparison-table.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { minuteMs } from '#lib/time.ts'
import { backupSpool } from './backup-places.ts'
import type { BackupRow } from './backup-rows.ts'
import { getBackupRow, showBackup, shownWithBackup } from './backup-rows.ts'
import { compareApart } from './compare-apart.ts'
import { demandUsable, readSnapshot } from './open-backup.ts'

/** Of both together; what takes longer than a person waits is not begun. */
const sizeMaxBytes = 2 * 1024 ** 3
const deadlineMs = minuteMs
const retryAfterSeconds = 15
/** As long as retention leaves both alone. */
const usedForMs = 2 * minuteMs

const groupsMax = 200
const samplesMax = 5
const keyLengthMax = 256

/** One at a time: each reads two snapshots and takes a processor. */
const turns = processWide(
  'backup-comparisons',
  () => new FairQueue({ atOnceMax: 1, waitingMax: 8, waitingPerPartyMax: 2 }),
)

interface Which {
  backupId: string
  /** Another one of the same cluster; unless given, the one verified before it. */
  with?: string | undefined
}

/**
 * What came, went and changed between two verified backups of a cluster, by group of keys, with a few keys of each. Both are read
 * from where they are kept and compared with what was verified; whichever way they are named, the older one is the first.
 *
 * @throws AppError `not-found`, `backup-not-usable`, `backups-not-comparable`, `backups-too-large`, `rate-limited`, `comparison-timed-out`,
 *   `storage-*`, `spool-full`, `spool-too-small`, `snapshot-damaged`, `snapshot-unreadable`
 */
export async function compareBackups(ctx: TenantContext, which: Which): Promise<BackupComparisonView> {
  const { tenantId } = ctx
  const pair = await withTenant(tenantId, (db) => readPair(db, tenantId, which))
  if (!(await turns.takeTurn(tenantId))) {
    throw new AppError('rate-limited', 'Too many backups wait to be compared', { details: { retryAfterSeconds } })
  }
  const deadline = AbortSignal.timeout(deadlineMs)
  try {
    const groups = await comparePair(pair, AbortSignal.any([ctx.signal, deadline]))
    return { older: showBackup(pair.older), newer: showBackup(pair.newer), groups: groups.flatMap(showGroup) }
  } catch (error) {
    if (!deadline.aborted) throw error
    throw new AppError('comparison-timed-out', `Backups of ${sizeOf(pair)} bytes were not compared in time`, {
      cause: error,
    })
  } finally {
    turns.giveTurn()
  }
}

interface Pair {
  readonly older: BackupRow
  readonly newer: BackupRow
}

async function readPair(db: Db, tenantId: string, { backupId, with: otherId }: Which): Promise<Pair> {
  const one = await getBackupRow(db, tenantId, backupId)
  const other = otherId === undefined ? await findBefore(db, one) : await getBackupRow(db, tenantId, otherId)
  if (one.clusterId !== other.clusterId || one.id === other.id) {
    throw new AppError('backups-not-comparable', `Backups ${one.id} and ${other.id} are not two of one cluster`)
  }
  for (const row of [one, other]) demandUsable(row)
  const [older, newer] = isBefore(one, other) ? [one, other] : [other, one]
  if (sizeOf({ older, newer }) > sizeMaxBytes) {
    const details = { sizeBytes: sizeOf({ older, newer }), sizeMaxBytes }
    throw new AppError('backups-too-large', 'Two backups are too large to be compared at once', { details })
  }
  await db.backup.updateMany({
    where: {
      ...{ tenantId, id: { in: [one.id, other.id] } },
      OR: [{ usedUntil: null }, { usedUntil: { lt: new Date(Date.now() + usedForMs) } }],
    },
    data: { usedUntil: new Date(Date.now() + usedForMs) },
  })
  return { older, newer }
}

/** @throws AppError `not-found` where it is the first */
async function findBefore(db: Db, { tenantId, clusterId, id, takenAt }: BackupRow): Promise<BackupRow> {
  const found = await db.backup.findFirst({
    where: {
      ...{ tenantId, clusterId, state: 'verified', deletingAt: null },
      OR: [{ takenAt: { lt: takenAt ?? new Date(0) } }, { takenAt, id: { lt: id } }],
    },
    orderBy: [{ takenAt: 'desc' }, { id: 'desc' }],
    include: shownWithBackup,
  })
  if (!found) throw new AppError('not-found', `No backup was verified before ${id}`)
  return found
}

function isBefore(one: BackupRow, other: BackupRow): boolean {
  const [a, b] = [one.takenAt?.getTime() ?? 0, other.takenAt?.getTime() ?? 0]
  return a === b ? one.id < other.id : a < b
}

function sizeOf({ older, newer }: Pair): number {
  return Number((older.sizeBytes ?? 0n) + (newer.sizeBytes ?? 0n))
}

async function comparePair(pair: Pair, signal: AbortSignal): Promise<readonly GroupDifference[]> {
  await using before = await fetchSnapshot(pair.older, signal)
  await using after = await fetchSnapshot(pair.newer, signal)
  const paths = { before: before.path, after: after.path }
  return await compareApart({ paths, options: { groupsMax, samplesMax } }, signal)
}

async function fetchSnapshot(row: BackupRow, signal: AbortSignal): Promise<SpoolPlace> {
  const { tenantId: teamId, sizeBytes } = row
  const place = await (await backupSpool()).reserve({ teamId, expectedBytes: Number(sizeBytes), signal })
  try {
    await pipeline(readSnapshot(row, signal), createWriteStream(place.path, { mode: 0o600, flags: 'wx' }), { signal })
    return place
  } catch (error) {
    await place[Symbol.asyncDispose]()
    throw error
  }
}

/** Nothing of a group in which nothing differs. */
function showGroup(group: GroupDifference): BackupComparisonView['groups'] {
  const { name = '', addedCount: added, changedCount: changed, removedCount: removed, samples } = group
  if (added + changed + removed === 0) return []
  const shown = (keys: readonly Uint8Array[]) =>
    keys.map((key) => cleanText(Buffer.from(key).toString('utf8'), keyLengthMax))
  return [
    {
      ...{ name: cleanText(name, keyLengthMax), added, changed, removed },
      samples: { added: shown(samples.added), changed: shown(samples.changed), removed: shown(samples.removed) },
    },
  ]
}
