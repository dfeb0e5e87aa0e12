import { withSystem } from '#lib/db/system.ts'
import { log } from '#lib/log.ts'
import { processWide } from '#lib/process-wide.ts'
import { dayMs } from '#lib/time.ts'

/** Far more than there are partitions: a round must end. */
const stepsMax = 1_000

/**
 * Makes the partitions of samples for the days to come and drops those whose time is over, each in a transaction of its own,
 * so that nobody waits for longer than one lock. Safe in every worker at once. Gives how many were made or dropped.
 *
 * @throws AppError `dependency-unavailable` when a lock is not to be had within 2 s; what was done until then stays
 */
export async function keepPartitions(signal: AbortSignal): Promise<number> {
  let count = 0
  while (count < stepsMax && (await keepOne())) {
    count += 1
    signal.throwIfAborted()
  }
  if (count > 0) log().info({ count }, 'partitions of samples made and dropped')
  return count
}

async function keepOne(): Promise<boolean> {
  const rows = await withSystem(
    (db) => db.$queryRaw<{ hasMore: boolean }[]>`SELECT keep_sample_partitions() AS "hasMore"`,
  )
  return rows[0]?.hasMore === true
}

const ensured = processWide<{ day: number; run?: Promise<void> | undefined }>('sample-partitions', () => ({ day: -1 }))

/**
 * Resolves once samples of today can be stored; await it before a collection is saved. Costs nothing when this process has
 * asked today; the next call after a failure tries again.
 *
 * @throws AppError `dependency-unavailable` when partitions are missing and cannot be made now
 */
export async function ensurePartitions(signal: AbortSignal): Promise<void> {
  const day = Math.floor(Date.now() / dayMs)
  if (ensured.day === day) return
  ensured.run ??= makeMissing(signal).finally(() => {
    ensured.run = undefined
  })
  await ensured.run
  ensured.day = day
}

async function makeMissing(signal: AbortSignal): Promise<void> {
  if (!(await areThere())) await keepPartitions(signal)
}

/** Of yesterday and tomorrow too: clocks differ, and a collection may end after midnight. */
async function areThere(): Promise<boolean> {
  const rows = await withSystem(
    (db) => db.$queryRaw<{ areThere: boolean }[]>`
      SELECT bool_and(to_regclass('sample_raw_' || to_char(now() AT TIME ZONE 'UTC' + n * interval '1 day', 'YYYYMMDD'))
                      IS NOT NULL) AS "areThere"
        FROM generate_series(-1, 1) AS n`,
  )
  return rows[0]?.areThere === true
}
