import type { SeriesQuery, SeriesView } from '#lib/contracts/watch.ts'
import { seriesRangeMaxMs } from '#lib/contracts/watch.ts'
import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { hourMs, secondMs } from '#lib/time.ts'
import type { Frame } from './series-frame.ts'
import { frameOf } from './series-frame.ts'
import type { MemberSteps } from './series-rows.ts'
import { readSteps } from './series-rows.ts'
import { valuesOf } from './series-values.ts'

interface Input extends SeriesQuery {
  clusterId: string
}

/** How long a range without a beginning is. */
const rangeDefaultMs = hourMs

/**
 * How the members of a cluster went over time: at most 500 points of each line, in steps of a round length; nothing for what
 * has not come yet. Members that are gone are called by their hexadecimal id and come last, at most 32 of them, those that were
 * seen last.
 *
 * @throws AppError `not-found` for an id that is unknown, or another team's
 */
export async function getSeries({ tenantId }: TenantContext, { clusterId, ...range }: Input): Promise<SeriesView> {
  return await withTenant(tenantId, async (db) => {
    const state = await readState(db, { tenantId, clusterId })
    const nowMs = state.now.getTime()
    const { fromMs, toMs } = rangeOf(range, nowMs)
    const { everySeconds } = state
    const frame = frameOf({
      fromMs,
      toMs,
      nowMs,
      everySeconds,
      minutesUntilMs: state.minutesUntil?.getTime() ?? 0,
      hoursUntilMs: state.hoursUntil?.getTime() ?? 0,
    })
    const members = frame.stepCount === 0 ? [] : await readSteps(db, { tenantId, clusterId, frame })
    const isOneLookEach = frame.stepSeconds < 2 * everySeconds
    return {
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      stepSeconds: frame.stepSeconds,
      at: timesOf(frame),
      members: members.toSorted(byName).map(({ memberId, name, steps }) => ({
        memberId,
        name: name || BigInt(memberId).toString(16),
        values: valuesOf(steps, isOneLookEach),
      })),
    }
  })
}

/** Ranges lie between 1970, before which nothing was seen, and this: an offset leads out of the years that can be written. */
const latestMs = Date.parse('9999-12-31T23:59:59Z')

function rangeOf({ from, to }: SeriesQuery, nowMs: number): { fromMs: number; toMs: number } {
  const toMs = to === undefined ? nowMs : bounded(Date.parse(to))
  const fromMs = from === undefined ? toMs - rangeDefaultMs : Date.parse(from)
  return { fromMs: bounded(Math.max(fromMs, toMs - seriesRangeMaxMs)), toMs }
}

function bounded(ms: number): number {
  return Math.min(Math.max(ms, 0), latestMs)
}

interface State {
  now: Date
  everySeconds: number
  minutesUntil: Date | null
  hoursUntil: Date | null
}

const everySecondsDefault = 60

async function readState(db: Db, { tenantId, clusterId }: { tenantId: string; clusterId: string }): Promise<State> {
  const [state] = await db.$queryRaw<State[]>`
    SELECT now() AS "now", coalesce(s."everySeconds", ${everySecondsDefault}::int) AS "everySeconds",
           (SELECT "at" + interval '5 minutes' FROM sample_5m
             WHERE "tenantId" = c."tenantId" AND "clusterId" = c."id" ORDER BY "at" DESC LIMIT 1) AS "minutesUntil",
           (SELECT "at" + interval '1 hour' FROM sample_1h
             WHERE "tenantId" = c."tenantId" AND "clusterId" = c."id" ORDER BY "at" DESC LIMIT 1) AS "hoursUntil"
      FROM cluster c LEFT JOIN collection_state s ON s."tenantId" = c."tenantId" AND s."clusterId" = c."id"
     WHERE c."tenantId" = ${tenantId}::uuid AND c."id" = ${clusterId}::uuid`
  if (!state) throw new AppError('not-found', `Team ${tenantId} has no cluster ${clusterId}`)
  return state
}

function timesOf({ startMs, stepSeconds, stepCount }: Frame): string[] {
  return Array.from({ length: stepCount }, (_, n) => new Date(startMs + n * stepSeconds * secondMs).toISOString())
}

function byName(one: MemberSteps, other: MemberSteps): number {
  if ((one.name === null) !== (other.name === null)) return one.name === null ? 1 : -1
  return (
    (one.name ?? '').localeCompare(other.name ?? '', 'en', { numeric: true }) ||
    one.memberId.localeCompare(other.memberId)
  )
}
