import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BackupStatus, RetentionPolicy } from '#lib/contracts/backups.ts'
import { retentionPolicy } from '#lib/contracts/backups.ts'
import { addMs, dayMs, hourMs, minuteMs } from '#lib/time.ts'
import type { RetainedBackup } from './retention.ts'
import { judgeRetention } from './retention.ts'
import type { Period } from './retention-periods.ts'
import { periods, periodsOf } from './retention-periods.ts'

const standard = retentionPolicy.parse({ kind: 'ladder' })
const ladder = (rungs: Partial<Record<Period | 'keepAllHours', number>>) =>
  retentionPolicy.parse({ kind: 'ladder', hourly: 0, daily: 0, weekly: 0, monthly: 0, keepAllHours: 0, ...rungs })
const last = (count: number) => retentionPolicy.parse({ kind: 'last', count })

const begin = new Date('2026-06-01T00:00:00Z')

/** Backups so many milliseconds apart, the first at `from`; the id is the number. */
function series(count: number, { apartMs = hourMs, from = begin, status = 'verified' }: Partial<Series> = {}) {
  return Array.from({ length: count }, (_, index) =>
    backup(`${index}`, { takenAt: addMs(from, index * apartMs), status }),
  )
}

interface Series {
  apartMs: number
  from: Date
  status: BackupStatus
}

function backup(id: string, parts: Partial<RetainedBackup> = {}): RetainedBackup {
  return { id, status: 'verified', takenAt: begin, isPinned: false, isDeleting: false, ...parts }
}

interface Judged {
  policy?: RetentionPolicy
  timeZone?: string
  now?: Date
}

const newestOf = (backups: readonly RetainedBackup[]) =>
  new Date(Math.max(...backups.map(({ takenAt }) => takenAt.getTime())))

function judge<Backup extends RetainedBackup>(
  backups: readonly Backup[],
  { policy = standard, timeZone = 'UTC', now }: Judged = {},
) {
  return judgeRetention(backups, { policy, timeZone, now: now ?? newestOf(backups) })
}

const idsOf = (entries: readonly { backup: { id: string } }[]) => entries.map((entry) => entry.backup.id)
const kept = (backups: readonly RetainedBackup[], options?: Judged) => idsOf(judge(backups, options).keep)
const removed = (backups: readonly RetainedBackup[], options?: Judged) =>
  Object.fromEntries(judge(backups, options).remove.map((entry) => [entry.backup.id, entry.because]))

describe('the ladder', () => {
  it('keeps of 60 backups a minute apart the newest of each hour', () => {
    const backups = series(60, { apartMs: minuteMs, from: new Date('2026-06-01T09:30:00Z') })
    expect(kept(backups)).toEqual(['59', '29'])
    const { keep, remove } = judge(backups)
    expect(keep.map(({ because }) => because)).toEqual([['last-verified', 'hourly', 'daily', 'weekly'], ['hourly']])
    expect(remove).toHaveLength(58)
  })

  it('keeps of 60 backups a minute apart the newest five when that is what it is told', () => {
    expect(kept(series(60, { apartMs: minuteMs }), { policy: last(5) })).toEqual(['59', '58', '57', '56', '55'])
  })

  it('keeps after a year of hourly backups 72 hours, 7 days and 4 weeks, which share their newest', () => {
    const { keep, remove } = judge(series(365 * 24))
    const standing = (period: Period) => keep.filter(({ because }) => because.includes(period))
    expect([standing('hourly').length, standing('daily').length, standing('weekly').length]).toEqual([72, 7, 4])
    // Three of the days and two of the weeks end within the 72 hours.
    expect(keep).toHaveLength(72 + 4 + 2)
    expect(remove.length + keep.length).toBe(365 * 24)
    expect(standing('weekly').map(({ backup: { takenAt } }) => takenAt.toISOString().slice(0, 13))).toEqual([
      '2027-05-31T23',
      '2027-05-30T23',
      '2027-05-23T23',
      '2027-05-16T23',
    ])
  })

  it('keeps the newest of each month', () => {
    const monthly = judge(series(100, { apartMs: dayMs }), { policy: ladder({ monthly: 3 }) })
    expect(monthly.keep.map(({ backup: { takenAt } }) => takenAt.toISOString().slice(0, 10))).toEqual([
      '2026-09-08',
      '2026-08-31',
      '2026-07-31',
    ])
  })

  it('keeps every verified backup of the hours before the newest', () => {
    const backups = series(24 * 60, { apartMs: minuteMs })
    expect(kept(backups, { policy: ladder({ keepAllHours: 2, daily: 1 }) })).toHaveLength(120)
  })

  it('says of each backup it removes whether a later one stands for it or it is too old for every rung', () => {
    const backups = series(5, { apartMs: 20 * minuteMs })
    expect(removed(backups, { policy: ladder({ hourly: 2 }) })).toEqual({ 0: 'thinned', 1: 'thinned', 3: 'thinned' })
    expect(removed(series(4), { policy: ladder({ hourly: 2 }) })).toEqual({ 0: 'outlived', 1: 'outlived' })
  })

  it('counts periods that have a backup, so that none goes because backups stopped', () => {
    const backups = series(100)
    const years = new Date('2031-01-01T00:00:00Z')
    expect(kept(backups, { now: years })).toEqual(kept(backups))
  })

  it('does not look at revisions: what is newer stays, also after a restore set them back', () => {
    const backups = series(200).map((one, index) => ({ ...one, revision: index < 150 ? 1_000_000 + index : index }))
    expect(idsOf(judge(backups, { policy: last(3) }).keep)).toEqual(['199', '198', '197'])
  })
})

describe('hours, days, weeks and months', () => {
  it.each([
    ['Europe/Berlin', '2026-10-24T22:00:00Z', 25],
    ['Europe/Berlin', '2026-03-28T23:00:00Z', 23],
    ['Europe/Berlin', '2026-06-01T22:00:00Z', 24],
    ['America/Havana', '2026-03-08T05:00:00Z', 23],
    ['Australia/Lord_Howe', '2026-04-04T13:00:00Z', 25],
    ['Asia/Shanghai', '2026-10-24T16:00:00Z', 24],
  ])('of a day in %s from %s are %d hours, each of which keeps a backup', (timeZone, from, hours) => {
    const backups = series(30 * 12, { apartMs: 5 * minuteMs, from: new Date(from) })
    const day = periodsOf(new Date(from), timeZone).daily
    const ofDay = backups.filter(({ takenAt }) => periodsOf(takenAt, timeZone).daily === day)
    expect(kept(ofDay, { policy: ladder({ hourly: 100 }), timeZone })).toHaveLength(hours)
    expect(kept(ofDay, { policy: ladder({ daily: 100 }), timeZone })).toHaveLength(1)
  })

  it('begin where the time zone has them, not UTC', () => {
    const backups = ['2026-05-31T15:59:00Z', '2026-05-31T16:00:00Z', '2026-05-31T23:00:00Z'].map((at, index) =>
      backup(`${index}`, { takenAt: new Date(at) }),
    )
    expect(kept(backups, { policy: ladder({ monthly: 5 }), timeZone: 'Asia/Shanghai' })).toEqual(['2', '0'])
    expect(kept(backups, { policy: ladder({ monthly: 5 }) })).toEqual(['2'])
  })

  it.each([
    ['2026-01-04T23:59:59Z', '2026-01-05T00:00:00Z'],
    ['2026-12-27T12:00:00Z', '2026-12-28T12:00:00Z'],
  ])('of a week end on Sunday: %s and %s are of two', (sunday, monday) => {
    expect(periodsOf(new Date(sunday), 'UTC').weekly).not.toBe(periodsOf(new Date(monday), 'UTC').weekly)
  })

  it('of a week go on over New Year', () => {
    expect(periodsOf(new Date('2026-12-28T00:00:00Z'), 'UTC').weekly).toBe(
      periodsOf(new Date('2027-01-03T23:59:59Z'), 'UTC').weekly,
    )
  })
})

describe('what is not proven', () => {
  const policy = ladder({ hourly: 3 })
  const verified = series(3)

  it('never displaces what is', () => {
    const later = { from: addMs(begin, 3 * hourMs) }
    const backups = [
      ...verified,
      ...series(20, { ...later, status: 'unverified' }).map((one) => ({ ...one, id: `u${one.id}` })),
      ...series(20, { ...later, status: 'failed' }).map((one) => ({ ...one, id: `f${one.id}` })),
    ]
    const now = addMs(begin, 60 * dayMs)
    expect(kept(backups, { policy, now }).filter((id) => /^\d/.test(id))).toEqual(['2', '1', '0'])
  })

  it('stays while it is all there is, or newer than all that is', () => {
    const now = addMs(begin, 60 * dayMs)
    const unverified = series(5, { status: 'unverified', from: addMs(begin, dayMs) })
    expect(kept(unverified, { policy, now })).toEqual(['4'])
    const older = backup('verified', { takenAt: begin })
    expect(kept([older, ...unverified], { policy, now })).toEqual(['4', 'verified'])
    const newer = backup('verified', { takenAt: addMs(begin, 10 * dayMs) })
    expect(kept([newer, ...unverified], { policy, now })).toEqual(['verified'])
  })

  it.each([
    ['unverified', 24, 'unverified-aged'],
    ['failed', 200, 'failure-aged'],
  ] as const)('%s stays for a week, the newest %d of it', (status, max, because) => {
    const backups = series(300, { status, apartMs: minuteMs, from: addMs(begin, -300 * minuteMs) })
    const proof = backup('proof')
    expect(judge([...backups, proof], { now: begin }).keep).toHaveLength(max + 1)
    expect(new Set(Object.values(removed([...backups, proof], { now: begin })))).toEqual(new Set([because]))
    expect(kept([...backups, proof], { now: addMs(begin, 7 * dayMs) })).toEqual(['proof'])
  })
})

describe('a missing backup', () => {
  const missing = backup('missing', { status: 'missing', missingSince: addMs(begin, 60 * dayMs) })
  const since = addMs(begin, 60 * dayMs)
  const newer = series(300, { status: 'failed', apartMs: minuteMs, from: since })
  const proof = backup('proof', { takenAt: since })

  it('stays for thirty days from when it was missed, however old it is and however much fails meanwhile', () => {
    const almost = addMs(since, 30 * dayMs - 1)
    expect(kept([missing, ...newer, proof], { now: addMs(since, dayMs) })).toContain('missing')
    expect(kept([missing, proof], { now: almost })).toContain('missing')
    expect(removed([missing, proof], { now: addMs(since, 30 * dayMs) })).toEqual({ missing: 'failure-aged' })
  })
})

describe('never removed', () => {
  const policy = last(1)
  const newest = backup('newest', { takenAt: addMs(begin, hourMs) })
  const now = addMs(begin, 60 * dayMs)

  it('is the newest verified one, whatever came after it', () => {
    const failures = series(300, { status: 'failed', from: newest.takenAt })
    expect(kept([newest, ...failures], { policy, now })).toContain('newest')
  })

  it.each(['verified', 'unverified', 'failed', 'missing'] as const)(
    'is one that is in use, though it is %s',
    (status) => {
      expect(kept([backup('pinned', { status, isPinned: true }), newest], { policy, now })).toContain('pinned')
    },
  )

  it.each(['pending', 'running'] as const)('is one that is %s', (status) => {
    const { keep } = judge([backup('open', { status }), newest], { policy, now })
    expect(keep.find((entry) => entry.backup.id === 'open')?.because).toEqual(['not-ended'])
  })

  it('is one on account of another whose deletion has begun', () => {
    const going = backup('going', { takenAt: addMs(begin, 2 * hourMs), isDeleting: true })
    const { keep, remove } = judge([going, newest], { policy, now })
    expect([idsOf(keep), idsOf(remove)]).toEqual([['newest'], []])
  })

  it('is a new one on account of another from a clock that was ahead', () => {
    const ahead = backup('ahead', { takenAt: addMs(now, 6 * minuteMs) })
    expect(judge([ahead, newest], { policy, now }).keep).toMatchObject([
      { backup: { id: 'ahead' }, because: ['clock-ahead'] },
      { backup: { id: 'newest' }, because: ['last-verified', 'last'] },
    ])
    expect(kept([ahead, newest], { policy, now: ahead.takenAt })).toEqual(['ahead'])
  })
})

const statuses: readonly BackupStatus[] = [
  'verified',
  'verified',
  'verified',
  'unverified',
  'failed',
  'missing',
  'running',
  'pending',
]
const zones = ['UTC', 'Europe/Berlin', 'America/Havana', 'Australia/Lord_Howe', 'Asia/Kathmandu'] as const

interface History {
  backups: RetainedBackup[]
  policy: RetentionPolicy
  timeZone: string
  now: Date
}

/** Around the day the clocks of Europe are put back, from seconds to months apart. */
const around = Date.UTC(2026, 9, 25)
const anyBackup = fc
  .tuple(
    fc.nat(7),
    fc.integer({ min: -400, max: 400 }),
    fc.constantFrom(1_000, minuteMs, 20 * minuteMs, hourMs, 6 * hourMs, dayMs),
    fc.nat(15),
  )
  .map(([status, steps, stepMs, flags]) => ({
    status: statuses[status] ?? 'verified',
    at: around + steps * stepMs,
    flags,
  }))
const rung = fc.nat(5)
const anyPolicy: fc.Arbitrary<RetentionPolicy> = fc.oneof(
  fc.integer({ min: 1, max: 6 }).map((count): RetentionPolicy => ({ kind: 'last', count })),
  fc.tuple(fc.integer({ min: 1, max: 5 }), rung, rung, rung, rung).map(
    ([hourly, daily, weekly, monthly, keepAllHours]): RetentionPolicy => ({
      kind: 'ladder',
      hourly,
      daily,
      weekly,
      monthly,
      keepAllHours,
    }),
  ),
)
const anyHistory: fc.Arbitrary<History> = fc
  .tuple(fc.array(anyBackup, { maxLength: 16, size: 'max' }), anyPolicy, fc.nat(4), fc.integer({ min: -20, max: 60 }))
  .map(([drawn, policy, zone, days]) => ({
    backups: drawn.map(({ status, at, flags }, index) =>
      backup(`b${index}`, { status, takenAt: new Date(at), isPinned: flags === 0, isDeleting: flags === 1 }),
    ),
    policy,
    timeZone: zones[zone] ?? 'UTC',
    now: new Date(around + days * dayMs),
  }))

/** What the ladder says, told another way: whether a verified backup stands on a rung, given all verified ones. */
function stands(one: RetainedBackup, verified: readonly RetainedBackup[], { policy, timeZone }: History): boolean {
  const isNewer = (other: RetainedBackup) =>
    other.takenAt > one.takenAt || (other.takenAt.getTime() === one.takenAt.getTime() && other.id > one.id)
  const newer = verified.filter(isNewer)
  if (policy.kind === 'last') return newer.length < policy.count
  const newestMs = newestOf(verified).getTime()
  if (newestMs - one.takenAt.getTime() < policy.keepAllHours * hourMs) return true
  const own = periodsOf(one.takenAt, timeZone)
  return periods.some((period) => {
    const later = newer.map(({ takenAt }) => periodsOf(takenAt, timeZone)[period])
    return !later.includes(own[period]) && new Set(later).size < policy[period]
  })
}

const told = ({ keep, remove }: ReturnType<typeof judge>) =>
  [...keep, ...remove].map((entry) => `${entry.backup.id} ${entry.because}`).join()

/** Why a backup has to stay, where the rules leave no choice; for a verified one the ladder decides. */
function mustStay(one: RetainedBackup, verified: readonly RetainedBackup[], history: History): boolean {
  if (one.isPinned || one.status === 'pending' || one.status === 'running') return true
  return verified.includes(one) && stands(one, verified, history)
}

/** @throws Error that names the promise a history breaks */
function check(history: History): void {
  const { backups, now } = history
  const decision = judgeRetention(backups, history)
  const stay = new Set(decision.keep.map((entry) => entry.backup))
  const assertThat = (isTrue: boolean, promise: string) => {
    if (!isTrue) throw new Error(`${promise}: ${told(decision)}`)
  }

  const present = backups.filter(({ isDeleting }) => !isDeleting)
  assertThat(
    stay.size + decision.remove.length === present.length,
    'Every backup but those being deleted is judged once',
  )
  const verified = present.filter(
    ({ status, takenAt }) => status === 'verified' && takenAt.getTime() <= now.getTime() + 5 * minuteMs,
  )
  const newestMs = Math.max(...verified.map(({ takenAt }) => takenAt.getTime()))
  assertThat(
    verified.length === 0 || [...stay].some((one) => verified.includes(one) && one.takenAt.getTime() === newestMs),
    'The last verified one stays',
  )
  for (const one of present) {
    const must = mustStay(one, verified, history)
    assertThat(stay.has(one) || !must, `${one.id} stays`)
    assertThat(!stay.has(one) || must || !verified.includes(one), `${one.id} goes, since no rung keeps it`)
  }
  assertThat(judgeRetention([...stay].reverse(), history).remove.length === 0, 'Judged twice is judged once')
  assertThat(told(judgeRetention(backups.toReversed(), history)) === told(decision), 'The order given does not matter')
}

describe('of 100,000 random histories', () => {
  it.each(Array.from({ length: 10 }, (_, index) => index * 10_000))(
    'those from %d on keep the last verified, the pinned and the unfinished ones and exactly what the ladder says',
    () => {
      expect(fc.check(fc.property(anyHistory, check), { numRuns: 10_000 })).toMatchObject({
        failed: false,
        numRuns: 10_000,
      })
    },
  )
})

describe('removing step by step', () => {
  /** Takes backups one after another and removes after each what is to go; what is left at the end. */
  function live(backups: readonly RetainedBackup[], options: Pick<History, 'policy' | 'timeZone'>): string[] {
    let left: RetainedBackup[] = []
    for (const one of backups) {
      left = judge([...left, one], { ...options, now: one.takenAt }).keep.map((entry) => entry.backup)
    }
    return idsOf(judge(left, options).keep)
  }

  it.each([
    ['an hour', hourMs, 24 * 60],
    ['a minute', minuteMs, 12 * 60],
    ['six hours', 6 * hourMs, 400],
  ])('ends, with backups %s apart, with exactly what the ladder says of all of them', (_, apartMs, count) => {
    for (const policy of [standard, ladder({ hourly: 5, keepAllHours: 3, weekly: 2, monthly: 2 }), last(3)]) {
      const backups = series(count, { apartMs, from: new Date('2026-10-24T20:00:00Z') })
      const options = { policy, timeZone: 'Europe/Berlin' }
      expect(live(backups, options)).toEqual(kept(backups, options))
    }
  })

  it('ends with exactly what the ladder says, whatever lies between the backups and whichever are proven', () => {
    const gap = fc.constantFrom(minuteMs, 10 * minuteMs, hourMs, 5 * hourMs, dayMs, 10 * dayMs)
    const steps = fc.array(fc.tuple(gap, fc.constantFrom('verified', 'verified', 'unverified', 'failed')), {
      maxLength: 80,
      size: 'max',
    })
    fc.assert(
      fc.property(steps, anyPolicy, fc.constantFrom(...zones), (drawn, policy, timeZone) => {
        let at = around - 20 * dayMs
        const backups = drawn.map(([gapMs, status], index) => {
          at += gapMs
          return backup(String(index).padStart(3, '0'), { status, takenAt: new Date(at) })
        })
        fc.pre(backups.length > 0)
        const options = { policy, timeZone }
        expect(live(backups, options)).toEqual(kept(backups, options))
      }),
      { numRuns: 300 },
    )
  })
})
