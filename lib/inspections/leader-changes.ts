import { z } from 'zod'
import type { ThresholdSource } from '#lib/contracts/inspections.ts'
import { minuteMs } from '#lib/time.ts'
import { couldNotTell } from './could-not-tell.ts'
import type { ClusterFacts } from './facts.ts'
import { nameOf } from './facts.ts'
import { defineInspection, theCluster } from './inspection.ts'
import { times } from './thresholds.ts'

const settings = z.object({
  /** `etcdHighNumberOfLeaderChanges`: 4 within 15 minutes. */
  perQuarterHour: times(4, 'etcd-mixin'),
  /** A healthy cluster keeps its leader for months; an upgrade of three members changes it once or twice. */
  perHour: times(3, 'kstone'),
})

/** Whether the leader changes often: each change stops all writes for about a second, and says that something is too slow. */
export const leaderChanges = defineInspection({
  id: 'leader-changes',
  feature: 'healthy',
  scope: 'cluster',
  needs: [],
  uses: ['members.status'],
  settings,
  codes: {
    'leader-changes-often': { source: 'etcd-mixin', evidence: ['changes', 'minutes', 'allowed', 'leader'] },
  },
  judge: (facts, { perQuarterHour, perHour }) => {
    const { leaderships } = facts.history
    if (leaderships.length === 0) return [{ subject: theCluster, ...couldNotTell('not-collected-yet') }]
    const windows: readonly Window[] = [
      { minutes: 15, allowed: perQuarterHour, source: 'etcd-mixin' },
      { minutes: 60, allowed: perHour, source: 'kstone' },
    ]
    const broken = windows.find(({ minutes, allowed }) => changesWithin(facts, minutes) >= allowed)
    if (!broken) return [{ subject: theCluster, verdict: 'ok' }]
    const { minutes, allowed, source } = broken
    const evidence = { changes: changesWithin(facts, minutes), minutes, allowed, leader: leaderNameOf(facts) }
    const finding = { verdict: 'finding', severity: 'warning', code: 'leader-changes-often' } as const
    return [{ subject: theCluster, ...finding, source, evidence }]
  },
})

interface Window {
  readonly minutes: number
  readonly allowed: number
  readonly source: ThresholdSource
}

/**
 * Elections won within the last minutes. A term that went up under the same leader was one too; a leader that came and went
 * between two looks is not counted, since nobody saw it.
 */
function changesWithin({ at, history }: ClusterFacts, minutes: number): number {
  const led = history.leaderships.filter(({ leaderId }) => leaderId !== 0n)
  const won = led.filter(({ leaderId, raftTerm }, index) => {
    const before = led[index - 1]
    return before !== undefined && (before.leaderId !== leaderId || before.raftTerm !== raftTerm)
  })
  return won.filter((change) => at.getTime() - change.at.getTime() <= minutes * minuteMs).length
}

function leaderNameOf({ members, history }: ClusterFacts): string {
  const leaderId = history.leaderships.at(-1)?.leaderId
  const leader = members.find(({ id }) => id === leaderId)
  return leader ? nameOf(leader) : 'none'
}
