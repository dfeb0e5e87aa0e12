import type { BackupStatus, RetentionPolicy, RetentionSettings } from '#lib/contracts/backups.ts'
import { dayMs, hourMs, minuteMs } from '#lib/time.ts'
import type { Period } from './retention-periods.ts'
import { periods, periodsOf } from './retention-periods.ts'

/** What retention looks at; whatever else a backup has is handed through. */
export interface RetainedBackup {
  id: string
  status: BackupStatus
  /** When the snapshot was begun. */
  takenAt: Date
  /** Since when its object is gone; absent while it is there. */
  missingSince?: Date | null
  /** Somebody keeps it, or something reads it now: a restore, a drill, a comparison, a download. */
  isPinned: boolean
  /** Its deletion has begun, so it is lost already: nothing counts on it. */
  isDeleting: boolean
}

/** Why a backup stays; each has its words. */
export type KeepReason =
  | 'not-ended'
  | 'pinned'
  | 'clock-ahead'
  | 'last-verified'
  | 'last'
  | 'keep-all'
  | Period
  | 'only-copy'
  | 'recent-unverified'
  | 'recent-failure'

/**
 * Why a backup goes: a later one of the same hour, day, … stands for it; it is older than every rung reaches; it was never
 * proven and its time is over; it failed or is gone, and nobody needs to know any more.
 */
export type RemoveReason = 'thinned' | 'outlived' | 'unverified-aged' | 'failure-aged'

export interface RetentionDecision<Backup> {
  /** Newest first, as are those to remove; together they are all that were given, but those being deleted. */
  keep: { backup: Backup; because: readonly KeepReason[] }[]
  remove: { backup: Backup; because: RemoveReason }[]
}

/** A backup from the future beyond this was taken by a clock that was wrong: it must not stand for the newest. */
const clockToleranceMs = 5 * minuteMs

/** What is no proven backup stays long enough to be looked into, and no flood of it fills store or list. */
const unproven = {
  unverified: { keepMs: 7 * dayMs, max: 24 },
  failure: { keepMs: 7 * dayMs, max: 200 },
  // However old it is: a disk that was not mounted, or a bucket that was empty for a day, comes back.
  missing: { keepMs: 30 * dayMs },
}

/**
 * Judges which backups of one cluster stay. Pure: the same backups give the same answer in any order, and what stays,
 * judged again, all stays.
 *
 * Only verified backups stand on the ladder, so no number of unproven ones displaces a proven one. Rungs count periods
 * that have a verified backup, not time that passes: when backups stop, none is removed by that. The newest of a period
 * stands for it. Always kept: the newest verified one, what is pinned, what has not ended, and the newest unverified one
 * while nothing newer is verified.
 *
 * @param now tells which backups come from a clock that was ahead, and how old failures are; no rung depends on it
 * @throws RangeError when there is no such time zone
 */
export function judgeRetention<Backup extends RetainedBackup>(
  backups: readonly Backup[],
  { policy, timeZone, now }: RetentionSettings & { now: Date },
): RetentionDecision<Backup> {
  const reasons = new Reasons<Backup>()
  const present = newestFirst(backups.filter(({ isDeleting }) => !isDeleting))
  for (const backup of present) if (backup.isPinned) reasons.add(backup, 'pinned')

  const [ended, notEnded] = divide(present, ({ status }) => status !== 'pending' && status !== 'running')
  for (const backup of notEnded) reasons.add(backup, 'not-ended')

  const [ours, ahead] = divide(ended, ({ takenAt }) => takenAt.getTime() <= now.getTime() + clockToleranceMs)
  for (const backup of ahead) reasons.add(backup, 'clock-ahead')

  const verified = ours.filter(({ status }) => status === 'verified')
  const standing = keepVerified(verified, { policy, timeZone, reasons })
  keepMissing(ours, { now, reasons })
  keepUnproven(ours, { lastVerified: verified[0], now, reasons })

  const [stay, go] = divide(present, (backup) => reasons.has(backup))
  return {
    keep: stay.map((backup) => ({ backup, because: reasons.of(backup) })),
    remove: go.map((backup) => ({ backup, because: whyRemoved(backup, { standing, timeZone }) })),
  }
}

interface Ladder<Backup> {
  policy: RetentionPolicy
  timeZone: string
  reasons: Reasons<Backup>
}

/**
 * @param verified newest first
 * @returns the periods that have a backup standing for them
 */
function keepVerified<Backup extends RetainedBackup>(
  verified: readonly Backup[],
  { policy, timeZone, reasons }: Ladder<Backup>,
): Set<string> {
  const standing = new Set<string>()
  const [newest] = verified
  if (newest === undefined) return standing
  reasons.add(newest, 'last-verified')
  if (policy.kind === 'last') {
    for (const backup of verified.slice(0, policy.count)) reasons.add(backup, 'last')
    return standing
  }
  const since = newest.takenAt.getTime() - policy.keepAllHours * hourMs
  for (const backup of verified) if (backup.takenAt.getTime() > since) reasons.add(backup, 'keep-all')

  const named = verified.map((backup) => ({ backup, names: periodsOf(backup.takenAt, timeZone) }))
  for (const period of periods) {
    for (const { backup, names } of firstOfEach(named, period).slice(0, policy[period])) {
      standing.add(`${period} ${names[period]}`)
      reasons.add(backup, period)
    }
  }
  return standing
}

function firstOfEach<Named extends { names: Record<Period, string> }>(
  backups: readonly Named[],
  period: Period,
): Named[] {
  const first = new Map<string, Named>()
  for (const backup of backups) {
    const name = backup.names[period]
    if (!first.has(name)) first.set(name, backup)
  }
  return [...first.values()]
}

function keepMissing<Backup extends RetainedBackup>(
  ended: readonly Backup[],
  { now, reasons }: { now: Date; reasons: Reasons<Backup> },
): void {
  for (const backup of ended.filter(({ status }) => status === 'missing')) {
    const missingMs = now.getTime() - (backup.missingSince ?? backup.takenAt).getTime()
    if (missingMs < unproven.missing.keepMs) reasons.add(backup, 'recent-failure')
  }
}

/** @param ended newest first */
function keepUnproven<Backup extends RetainedBackup>(
  ended: readonly Backup[],
  { lastVerified, now, reasons }: { lastVerified: Backup | undefined; now: Date; reasons: Reasons<Backup> },
): void {
  const isYoung = ({ takenAt }: Backup, keepMs: number) => now.getTime() - takenAt.getTime() < keepMs
  const unverified = ended.filter(({ status }) => status === 'unverified')
  const failures = ended.filter(({ status }) => status === 'failed')

  for (const backup of unverified.slice(0, unproven.unverified.max)) {
    if (isYoung(backup, unproven.unverified.keepMs)) reasons.add(backup, 'recent-unverified')
  }
  for (const backup of failures.slice(0, unproven.failure.max)) {
    if (isYoung(backup, unproven.failure.keepMs)) reasons.add(backup, 'recent-failure')
  }
  const [newest] = unverified
  if (newest && (!lastVerified || byAge(newest, lastVerified) < 0)) reasons.add(newest, 'only-copy')
}

function whyRemoved(
  { status, takenAt }: RetainedBackup,
  { standing, timeZone }: { standing: ReadonlySet<string>; timeZone: string },
): RemoveReason {
  if (status === 'unverified') return 'unverified-aged'
  if (status !== 'verified') return 'failure-aged'
  const names = periodsOf(takenAt, timeZone)
  return periods.some((period) => standing.has(`${period} ${names[period]}`)) ? 'thinned' : 'outlived'
}

class Reasons<Backup> {
  readonly #reasons = new Map<Backup, KeepReason[]>()

  add(backup: Backup, reason: KeepReason): void {
    const reasons = this.#reasons.get(backup)
    if (reasons) reasons.push(reason)
    else this.#reasons.set(backup, [reason])
  }

  has(backup: Backup): boolean {
    return this.#reasons.has(backup)
  }

  of(backup: Backup): readonly KeepReason[] {
    return this.#reasons.get(backup) ?? []
  }
}

function newestFirst<Backup extends RetainedBackup>(backups: readonly Backup[]): Backup[] {
  return backups.toSorted(byAge)
}

/** Newest first; of the same millisecond the one with the higher id, so that the order given never matters. */
function byAge(a: RetainedBackup, b: RetainedBackup): number {
  const apart = b.takenAt.getTime() - a.takenAt.getTime()
  if (apart !== 0 || a.id === b.id) return apart
  return a.id > b.id ? -1 : 1
}

function divide<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}
