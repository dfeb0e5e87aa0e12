import { z } from 'zod'
import type { Severity } from '#lib/contracts/inspections.ts'
import { hourMs } from '#lib/time.ts'
import { couldNotTellWithout, namesOf } from './could-not-tell.ts'
import type { ClusterFacts, MemberFacts } from './facts.ts'
import { isSeen, seenValue } from './facts.ts'
import { defineInspection, theCluster } from './inspection.ts'
import { duration, outOfOrder } from './thresholds.ts'
import { compareVersions, readVersion } from './version.ts'

const settings = z
  .object({
    /** An upgrade of a cluster is done within an hour as a rule. */
    warningHours: duration('hours', 1, 'kstone'),
    criticalHours: duration('hours', 24, 'kstone'),
  })
  .refine((limits) => limits.warningHours <= limits.criticalHours, outOfOrder('criticalHours'))

/** Whether the members run the same etcd. Different ones are how an upgrade looks on the way; they are not meant to stay. */
export const versionSkew = defineInspection({
  id: 'version-skew',
  feature: 'healthy',
  scope: 'cluster',
  needs: ['members.status'],
  settings,
  codes: {
    'versions-differ': { source: 'kstone', evidence: ['versions', 'since', 'isTooFar'] },
  },
  judge: (facts, limits) => {
    const byVersion = groupByVersion(facts.members)
    if (byVersion.size > 1) {
      const since = facts.history.versionsDifferSince ?? facts.at
      const isTooFar = areTooFar([...byVersion.keys()])
      const severity = isTooFar ? 'critical' : severityOf(facts, since, limits)
      const versions = [...byVersion].map(([version, members]) => `${version}: ${namesOf(members)}`)
      const evidence = { versions, since: since.toISOString(), isTooFar }
      const source = isTooFar ? 'etcd' : 'kstone'
      return [{ subject: theCluster, verdict: 'finding', severity, code: 'versions-differ', source, evidence }]
    }
    const isComplete = facts.members.length > 0 && facts.members.every(({ status }) => isSeen(status))
    return [{ subject: theCluster, ...(isComplete ? { verdict: 'ok' } : couldNotTellWithout(facts.members, 'status')) }]
  },
})

/** Oldest first. */
function groupByVersion(members: readonly MemberFacts[]): ReadonlyMap<string, readonly MemberFacts[]> {
  const groups = Map.groupBy(members, ({ status }) => seenValue(status)?.version ?? '')
  groups.delete('')
  return new Map([...groups].toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })))
}

function severityOf(
  { at }: ClusterFacts,
  since: Date,
  { warningHours, criticalHours }: z.output<typeof settings>,
): Severity {
  const lastedMs = at.getTime() - since.getTime()
  if (lastedMs >= criticalHours * hourMs) return 'critical'
  return lastedMs >= warningHours * hourMs ? 'warning' : 'info'
}

/** etcd's upgrade guide: one minor version at a time; members further apart cannot run together. */
function areTooFar(versions: readonly string[]): boolean {
  const read = versions.flatMap((version) => readVersion(version) ?? []).toSorted(compareVersions)
  const [oldest, newest] = [read[0], read.at(-1)]
  if (!oldest || !newest) return false
  return newest.major !== oldest.major || newest.minor - oldest.minor > 1
}
