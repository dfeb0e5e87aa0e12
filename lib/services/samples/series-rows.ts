import type { Db } from '#lib/db/pools.ts'
import { secondMs } from '#lib/time.ts'
import type { Frame } from './series-frame.ts'
import type { Step } from './series-values.ts'

/** One member with its steps, the one before the first point included; null for the name of a member that is gone. */
export interface MemberSteps {
  memberId: string
  name: string | null
  steps: (Step | undefined)[]
}

/** One row for each member: a list of each value, in the order of `n`, the number of the step. */
interface Row {
  memberId: string
  name: string | null
  n: number[]
  samples: number[]
  seenAtMs: number[]
  dbSizeBytes: number[]
  dbInUseBytes: number[]
  revision: bigint[]
  raftLag: number[]
  latencyMs: number[]
}

interface Wanted {
  tenantId: string
  clusterId: string
  frame: Frame
}

/** Members that are gone: a cluster whose ids change with every look has had thousands. */
const goneMax = 32

/**
 * Reads the steps of the members listed now, and of the last that are gone, in one statement. Each table gives the stretch it is for; a stretch of no length costs
 * nothing, and partitions beside it are not opened.
 */
export async function readSteps(db: Db, { tenantId, clusterId, frame }: Wanted): Promise<MemberSteps[]> {
  const { stepSeconds, startMs, endMs, stepCount } = frame
  const fromMs = startMs - stepSeconds * secondMs
  const [from, end] = [new Date(fromMs), new Date(endMs)]
  const minutesFrom = new Date(clamp(frame.minutesFromMs, fromMs, endMs))
  const rawFrom = new Date(clamp(frame.rawFromMs, fromMs, endMs))
  const rows = await db.$queryRaw<Row[]>`
    WITH seen AS (
      SELECT "memberId", "at", "seenAt", "samples", "dbSizeBytes", "dbInUseBytes", "revision", "raftLag", "latencyMs"
        FROM sample_1h WHERE "tenantId" = ${tenantId}::uuid AND "clusterId" = ${clusterId}::uuid
         AND "at" >= ${from} AND "at" < ${minutesFrom}
      UNION ALL
      SELECT "memberId", "at", "seenAt", "samples", "dbSizeBytes", "dbInUseBytes", "revision", "raftLag", "latencyMs"
        FROM sample_5m WHERE "tenantId" = ${tenantId}::uuid AND "clusterId" = ${clusterId}::uuid
         AND "at" >= ${minutesFrom} AND "at" < ${rawFrom}
      UNION ALL
      SELECT "memberId", "at", "at", "samples", "dbSizeBytes", "dbInUseBytes", "revision", "raftLag", "latencyMs"
        FROM sample_raw WHERE "tenantId" = ${tenantId}::uuid AND "clusterId" = ${clusterId}::uuid
         AND "at" >= ${rawFrom} AND "at" < ${end}
    ), shown AS (
      SELECT "memberId", "name" FROM cluster_member
       WHERE "tenantId" = ${tenantId}::uuid AND "clusterId" = ${clusterId}::uuid
      UNION ALL
      (SELECT "memberId", NULL FROM seen
        WHERE "memberId" NOT IN (SELECT "memberId" FROM cluster_member
                                  WHERE "tenantId" = ${tenantId}::uuid AND "clusterId" = ${clusterId}::uuid)
        GROUP BY "memberId" ORDER BY max("seenAt") DESC, "memberId" LIMIT ${goneMax})
    ), step AS (
      SELECT "memberId", floor(extract(epoch FROM "at" - ${from}::timestamptz) / ${stepSeconds})::int AS n,
             sum("samples")::int AS samples, extract(epoch FROM max("seenAt"))::float8 * 1000 AS "seenAtMs",
             max("dbSizeBytes")::float8 AS "dbSizeBytes", max("dbInUseBytes")::float8 AS "dbInUseBytes",
             max("revision") AS revision, max("raftLag")::float8 AS "raftLag",
             sum("latencyMs" * "samples") / sum("samples") AS "latencyMs"
        FROM seen WHERE "memberId" IN (SELECT "memberId" FROM shown) GROUP BY 1, 2
    ), line AS (
      SELECT "memberId", array_agg(n) AS n, array_agg(samples) AS samples, array_agg("seenAtMs") AS "seenAtMs",
             array_agg("dbSizeBytes") AS "dbSizeBytes", array_agg("dbInUseBytes") AS "dbInUseBytes",
             array_agg(revision) AS revision, array_agg("raftLag") AS "raftLag", array_agg("latencyMs") AS "latencyMs"
        FROM step GROUP BY 1
    )
    SELECT line.*, shown."name" FROM line JOIN shown USING ("memberId")`
  return rows.map((row) => ({ memberId: row.memberId, name: row.name, steps: stepsOf(row, stepCount + 1) }))
}

function stepsOf(row: Row, count: number): (Step | undefined)[] {
  const steps = new Array<Step | undefined>(count).fill(undefined)
  for (const [index, n] of row.n.entries()) {
    if (n < 0 || n >= count) continue
    steps[n] = {
      samples: row.samples[index] ?? 0,
      seenAtMs: row.seenAtMs[index] ?? 0,
      dbSizeBytes: row.dbSizeBytes[index] ?? 0,
      dbInUseBytes: row.dbInUseBytes[index] ?? 0,
      revision: row.revision[index] ?? 0n,
      raftLag: row.raftLag[index] ?? 0,
      latencyMs: row.latencyMs[index] ?? 0,
    }
  }
  return steps
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}
