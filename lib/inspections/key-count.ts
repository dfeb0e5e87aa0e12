import { z } from 'zod'
import type { Severity, ThresholdSource } from '#lib/contracts/inspections.ts'
import { couldNotTell } from './could-not-tell.ts'
import type { KeyCounts } from './facts.ts'
import { defineInspection, theCluster } from './inspection.ts'
import { readKeyPrefix } from './key-prefix.ts'
import { keys, outOfOrder } from './thresholds.ts'

const settings = z
  .object({
    totalWarningKeys: keys(1_000_000, 'kstone'),
    /** The largest class of `etcdctl check datascale`. */
    totalCriticalKeys: keys(3_000_000, 'etcdctl-check'),
    /** Half of what is warned of for all together: one prefix that large is as a rule one writer that never deletes. */
    prefixWarningKeys: keys(500_000, 'kstone'),
  })
  .refine((limits) => limits.totalWarningKeys <= limits.totalCriticalKeys, outOfOrder('totalCriticalKeys'))

const evidence = ['total', 'allowed', 'largest', 'prefix', 'prefixName', 'prefixKeys'] as const

/** How many prefixes are named, the largest first. */
const largestMax = 5

/**
 * How many keys there are, and which prefix they are under. One finding for both: what is too large together is named by its
 * parts. So many keys under prefixes that nobody counted that one could have too many of them leave it open.
 */
export const keyCount = defineInspection({
  id: 'key-count',
  feature: 'request',
  scope: 'cluster',
  needs: ['keys'],
  settings,
  codes: {
    'keys-many': { source: 'kstone', evidence },
    'prefix-keys-many': { source: 'kstone', evidence },
  },
  judge: (facts, limits) => {
    const counts = facts.keys.value
    const prefixes = counts.prefixes.toSorted((a, b) => Number(b.keys - a.keys))
    const [first] = prefixes
    const told = {
      total: Number(counts.total),
      largest:
        prefixes.length > 0 ? prefixes.slice(0, largestMax).map(({ name, keys: held }) => `${name} ${held}`) : 'none',
      prefix: readKeyPrefix(first?.prefix ?? '').toString('utf8'),
      prefixName: first?.name ?? 'none',
      prefixKeys: Number(first?.keys ?? 0n),
    }
    const broken = totalLimit(counts, limits)
    if (broken) {
      const { severity, source, allowed } = broken
      const broke = { ...told, allowed }
      return [{ subject: theCluster, verdict: 'finding', severity, code: 'keys-many', source, evidence: broke }]
    }
    const allowed = limits.prefixWarningKeys
    if (first === undefined || first.keys < allowed) {
      const isOpen = uncounted(counts) >= allowed
      return [{ subject: theCluster, ...(isOpen ? couldNotTell('not-all-counted') : { verdict: 'ok' }) }]
    }
    const finding = { verdict: 'finding', severity: 'warning', code: 'prefix-keys-many' } as const
    return [{ subject: theCluster, ...finding, evidence: { ...told, allowed } }]
  },
})

/** How many keys lie under prefixes that were not counted. */
function uncounted({ total, prefixes }: KeyCounts): bigint {
  const isWithin = (inner: string) => prefixes.some(({ prefix }) => inner !== prefix && inner.startsWith(prefix))
  const apart = prefixes.filter(({ prefix }) => !isWithin(prefix))
  return apart.reduce((left, { keys: held }) => left - held, total)
}

interface BrokenLimit {
  readonly severity: Severity
  readonly source: ThresholdSource
  readonly allowed: number
}

function totalLimit({ total }: KeyCounts, limits: z.output<typeof settings>): BrokenLimit | undefined {
  const { totalWarningKeys, totalCriticalKeys } = limits
  if (total >= totalCriticalKeys) return { severity: 'critical', source: 'etcdctl-check', allowed: totalCriticalKeys }
  if (total >= totalWarningKeys) return { severity: 'warning', source: 'kstone', allowed: totalWarningKeys }
  return undefined
}
