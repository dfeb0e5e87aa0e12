import { z } from 'zod'
import { nextBackupAt } from '#lib/backups/schedule.ts'
import type { EffectiveBackupSettings } from '#lib/contracts/backup-plans.ts'
import { parseCron } from '#lib/contracts/cron.ts'
import type { BackupFacts, Exposure, Fact } from '#lib/inspections/facts.ts'
import { intervalsMax } from '#lib/inspections/thresholds.ts'
import { settingsOf } from '#lib/services/backup-plans/effective-settings.ts'
import { intervalOf } from '#lib/services/backup-plans/longest-interval.ts'
import { addMs, dayMs, secondMs } from '#lib/time.ts'

/** What the catalogue says of one cluster. */
export interface CatalogueRow {
  clusterId: string
  isOn: boolean
  nextDueAt: Date | null
  /** Layers of the settings as they are stored. */
  own: unknown
  team: unknown
  timeZone: string
  /** Null where the cluster's backups have no place to go. */
  targetName: string | null
  targetProblem: string | null
  /** Newest first. */
  verified: unknown
  sizes: unknown
  /** Those that were asked for after the newest verified one, or all, newest first. */
  later: unknown
  firstAskedAt: Date | null
  verifiedInDay: number
  verdict: unknown
  lastDrill: unknown
  provenAt: Date | null
}

const instant = z.iso.datetime({ offset: true }).pipe(z.coerce.date())
const wide = z.string().pipe(z.coerce.bigint())
const verifiedRows = rowsOf(
  z.object({
    takenAt: instant,
    verifiedAt: instant,
    revision: wide,
    etcdClusterId: z.string(),
  }),
)
const sizeRows = rowsOf(z.object({ takenAt: instant, sizeBytes: wide, keys: wide }))
const laterRows = rowsOf(z.object({ state: z.string(), problem: z.string().nullable(), createdAt: instant }))
const drillRow = z
  .object({ state: z.string(), problem: z.string().nullable(), at: instant, takenAt: instant.nullable() })
  .nullable()
  .catch(null)

/** Those that can be read. */
function rowsOf<Row extends z.ZodType>(row: Row) {
  const readable = (listed: readonly unknown[]) => listed.flatMap((one) => row.safeParse(one).data ?? [])
  return z.array(z.unknown()).catch([]).transform(readable)
}

/** What inspections judge backups by, from what the catalogue says; for a cluster that is not to be backed up, why. */
export function backupFactsOf(row: CatalogueRow, at: Date): Fact<BackupFacts> {
  if (!row.isOn) return { at, problem: { code: 'backups-off' } }
  if (row.targetName === null) return { at, problem: { code: 'no-storage-target' } }
  const settings = settingsOf({ team: row.team, cluster: row.own, timeZone: row.timeZone })
  const verified = verifiedRows.parse(row.verified)
  const later = laterRows.parse(row.later)
  const failed = later.filter(({ state }) => !isUnderWay(state))
  return {
    at,
    value: {
      target: { name: row.targetName, problem: row.targetProblem },
      everySeconds: intervalOf(settings, { now: at, clusterId: row.clusterId }),
      verified,
      sizes: sizeRows.parse(row.sizes),
      exposure: exposureOf(row, { at, settings, newest: verified[0], later }),
      failures: { inRow: failed.length, problem: failed.find(({ problem }) => problem !== null)?.problem ?? null },
      drills: drillsOf(row, settings),
    },
  }
}

function isUnderWay(state: string): boolean {
  return state === 'pending' || state === 'running'
}

interface Known {
  readonly at: Date
  readonly settings: EffectiveBackupSettings
  readonly newest: { readonly takenAt: Date } | undefined
  readonly later: z.output<typeof laterRows>
}

/**
 * A cluster whose plan was switched on a moment ago, or has another schedule since, is late by no fault: while nothing was tried
 * and nothing is overdue, and while the first one has been under way for less than a turn, it is excused.
 */
function exposureOf(row: CatalogueRow, { at, settings, newest, later }: Known): Exposure | null {
  const { clusterId, firstAskedAt, nextDueAt, verifiedInDay } = row
  const since = newest?.takenAt ?? firstAskedAt ?? nextDueAt
  if (since === null) return null
  const turnsSince = (time: Date, most: number) => turnsBetween(settings, { since: time, until: at, most, clusterId })
  const turns = turnsSince(since, intervalsMax)
  if (turns === 0) return { since, turns, isExcused: false, lastDay: null }
  const isTried = later.some(({ state, createdAt }) => !isUnderWay(state) || turnsSince(createdAt, 1) > 0)
  const isOverdue = nextDueAt !== null && turnsSince(nextDueAt, 1) > 0
  const most = turnsADay(settings)
  const expected = most > turnsCountedMax ? most : turnsSince(addMs(at, -dayMs), most)
  return { since, turns, isExcused: !isTried && !isOverdue, lastDay: { expected, verified: verifiedInDay } }
}

/** Each turn of a cron expression costs up to half a millisecond to find: more of them are not counted one by one. */
const turnsCountedMax = 24

/** On a day on which it comes round at all, and on which no clock is put forward or back. */
function turnsADay({ schedule }: EffectiveBackupSettings): number {
  if (schedule.kind === 'interval') return Math.floor(dayMs / secondMs / schedule.seconds)
  const { times } = parseCron(schedule.expression)
  return times ? times.hours.length * times.minutes.length : 0
}

interface Span {
  readonly since: Date
  readonly until: Date
  readonly most: number
  readonly clusterId: string
}

/** Intervals that have passed; of a cron expression its turns, since those do not lie equally far apart. */
function turnsBetween({ schedule }: EffectiveBackupSettings, { since, until, most, clusterId }: Span): number {
  if (schedule.kind === 'interval') {
    const passed = Math.floor((until.getTime() - since.getTime()) / (schedule.seconds * secondMs))
    return Math.min(most, Math.max(0, passed))
  }
  let turns = 0
  for (let turn = nextBackupAt(schedule, { after: since, clusterId }); turn <= until && turns < most; turns += 1) {
    turn = nextBackupAt(schedule, { after: turn, clusterId })
  }
  return turns
}

function drillsOf(row: CatalogueRow, { drillEveryDays }: EffectiveBackupSettings): BackupFacts['drills'] {
  const verdict = drillRow.parse(row.verdict)
  const last = drillRow.parse(row.lastDrill)
  return {
    everyDays: drillEveryDays,
    verdict: verdict && {
      isProven: verdict.state === 'proven',
      at: verdict.at,
      problem: verdict.problem ?? 'none',
      takenAt: verdict.takenAt,
    },
    obstacle: last?.state === 'not-proven' ? last.problem : null,
    provenAt: row.provenAt,
    wantedSince: row.firstAskedAt,
  }
}
