import type { SeriesMetric } from '#lib/contracts/watch.ts'
import { secondMs } from '#lib/time.ts'

/** What one step of a member holds. */
export interface Step {
  /** How many looks it sums up. */
  samples: number
  /** Milliseconds since 1970 by which the newest of them was made. */
  seenAtMs: number
  dbSizeBytes: number
  dbInUseBytes: number
  revision: bigint
  raftLag: number
  latencyMs: number
}

type Cells = readonly (Step | undefined)[]
type Values = Record<SeriesMetric, (number | null)[]>

/**
 * The lines of one member. `steps` begins one step before the first point, where the first rate comes from. With
 * `isOneLookEach`, steps are so short that one look is expected in each: one that came a little early or late counts for the
 * step beside it too, instead of leaving a gap.
 */
export function valuesOf(steps: Cells, isOneLookEach: boolean): Values {
  const cells = isOneLookEach ? withNeighbours(steps) : steps
  const shown = cells.slice(1)
  const valuesBy = (of: (step: Step) => number) => shown.map((step) => (step ? of(step) : null))
  return {
    dbSizeBytes: valuesBy(({ dbSizeBytes }) => dbSizeBytes),
    dbInUseBytes: valuesBy(({ dbInUseBytes }) => dbInUseBytes),
    revisionRate: ratesOf(cells),
    latencyMs: valuesBy(({ latencyMs }) => rounded(latencyMs, 2)),
    raftLag: valuesBy(({ raftLag }) => raftLag),
  }
}

/** An empty step between others takes what its neighbour has twice: the one before it, or else the one after it. */
function withNeighbours(steps: Cells): Cells {
  const lent = new Set<Step>()
  return steps.map((step, index) => {
    if (step) return step
    const lender = [steps[index - 1], steps[index + 1]].find((near) => near && near.samples > 1 && !lent.has(near))
    if (lender) lent.add(lender)
    return lender
  })
}

/**
 * Revisions a second since the step before. Null across a gap, and where the revision went down, as after a restore.
 * A step that was lent by its neighbour shares its neighbour's rate.
 */
function ratesOf(cells: Cells): (number | null)[] {
  let rate: number | null = null
  return cells.slice(1).map((step, index) => {
    const before = cells[index]
    if (step === undefined || step !== before) rate = rateBetween(before, step)
    return rate
  })
}

function rateBetween(before: Step | undefined, step: Step | undefined): number | null {
  if (!(before && step)) return null
  const seconds = (step.seenAtMs - before.seenAtMs) / secondMs
  const revisions = Number(step.revision - before.revision)
  return seconds > 0 && revisions >= 0 ? rounded(revisions / seconds, 3) : null
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
