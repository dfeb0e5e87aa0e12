import type { DrillView } from '#lib/contracts/backup-catalogue.ts'
import type { DrillReport } from '#lib/restores/drill.ts'

/** What was compared, as texts: numbers of 64 bits, and nothing where nobody told. */
export function comparisonsOf({ comparisons }: Pick<DrillReport, 'comparisons'>): DrillView['comparisons'] {
  return comparisons.map(({ what, prefix, expected, seen, outcome }) => ({
    what: prefix === undefined ? what : `${what} ${prefix}`,
    expected: String(expected),
    seen: seen === undefined ? '' : String(seen),
    outcome,
  }))
}
