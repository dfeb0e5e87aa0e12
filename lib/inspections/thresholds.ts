import { z } from 'zod'
import type { SettingUnit, ThresholdSource } from '#lib/contracts/inspections.ts'

/** A share in whole percent, 1 to 100. */
export function percent(byDefault: number, source: ThresholdSource) {
  return threshold({ unit: 'percent', source, most: 100 }, byDefault)
}

/** How often something may happen, at least once. */
export function times(byDefault: number, source: ThresholdSource) {
  return threshold({ unit: 'times', source, most: 1000 }, byDefault)
}

/** How many keys there may be. */
export function keys(byDefault: number, source: ThresholdSource) {
  return threshold({ unit: 'keys', source, most: 1_000_000_000 }, byDefault)
}

/** How many turns of a schedule; no more, since no more are counted. */
export function intervals(byDefault: number, source: ThresholdSource) {
  return threshold({ unit: 'intervals', source, most: intervalsMax }, byDefault)
}

export const intervalsMax = 20

/** So many times 1,000,000 bytes. */
export function megabytes(byDefault: number, source: ThresholdSource) {
  return threshold({ unit: 'megabytes', source, most: 1_000_000 }, byDefault)
}

/** How long something may last or is ahead; up to ten years of days. */
export function duration(
  unit: Extract<SettingUnit, 'days' | 'hours' | 'minutes' | 'seconds'>,
  byDefault: number,
  source: ThresholdSource,
) {
  return threshold({ unit, source, most: 3650 }, byDefault)
}

/** What is said at a field whose threshold lies on the wrong side of a milder one. */
export function outOfOrder(field: string) {
  return { path: [field], error: 'threshold-out-of-order' }
}

interface Meaning {
  readonly unit: SettingUnit
  readonly source: ThresholdSource
  readonly most: number
}

/** `unit` and `source` go with the schema wherever it goes: a form shows them beside the field. */
function threshold({ unit, source, most }: Meaning, byDefault: number) {
  return z.int().min(1).max(most).default(byDefault).meta({ unit, source })
}
