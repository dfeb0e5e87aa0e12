import { z } from 'zod'
import { minuteMs, secondMs } from '#lib/time.ts'
import type { Unknown } from './could-not-tell.ts'
import { couldNotTell, couldNotTellWithout, namesOf, reasonOf } from './could-not-tell.ts'
import type { ClusterFacts, MemberFacts } from './facts.ts'
import { isSeen, presenceOf, seenValue, votersOf } from './facts.ts'
import type { Judgement } from './inspection.ts'
import { defineInspection, theCluster } from './inspection.ts'
import { duration } from './thresholds.ts'

const evidence = ['up', 'total', 'needed', 'down', 'unseen', 'since'] as const

const codes = {
  'quorum-degraded': { source: 'etcd', evidence },
  'quorum-at-risk': { source: 'openshift', evidence },
  'quorum-not-seen': { source: 'etcd', evidence },
  'quorum-lost': { source: 'etcd', evidence },
  'nobody-answers': { source: 'kstone', evidence },
  'no-leader': { source: 'etcd-mixin', evidence },
  'learner-away': { source: 'kstone', evidence },
} as const
type QuorumJudgement = Judgement<typeof codes>

const settings = z.object({
  /** `etcdMembersDown`: 20 minutes, critical there. */
  downCriticalMinutes: duration('minutes', 20, 'openshift'),
  /** `etcdNoLeader`: 1 minute, critical there; an election takes a second or two. */
  noLeaderCriticalSeconds: duration('seconds', 60, 'etcd-mixin'),
})

/**
 * Whether a majority of the voters lives, and how many more may be lost. Only what was seen is said: voters that could not be
 * looked at are named apart from those that are down, and who answers and follows a leader has a majority behind it. Where no
 * voter answers, the cluster is down or the way to it is: that is told of at once, and not as a lost quorum. Where the list
 * cannot be had, the members known before are judged.
 */
export const quorum = defineInspection({
  id: 'quorum',
  feature: 'healthy',
  scope: 'cluster',
  needs: ['members.status'],
  uses: ['list'],
  settings,
  codes,
  judge: (facts, limits) => [judgeQuorum(facts, limits)],
})

function judgeQuorum(facts: ClusterFacts, limits: z.output<typeof settings>): QuorumJudgement {
  const voters = votersOf(facts)
  const up = voters.filter((member) => presenceOf(member) === 'up').length
  const needed = Math.floor(voters.length / 2) + 1
  if (voters.length === 0) return { subject: theCluster, ...couldNotTellWhoVotes(facts) }
  if (up === 0) return judgeSilence(facts, limits, { up, needed })
  // A learner goes on naming a leader that died, for as long as none is elected.
  const isLed = voters.some(({ status }) => (seenValue(status)?.leaderId ?? 0n) !== 0n)
  if (!isLed) return judgeLeaderless(facts, limits, { up, needed })
  const away = facts.members.filter(({ status }) => !isSeen(status))
  if (away.length === 0) return { subject: theCluster, verdict: 'ok' }
  const told = tell(facts, { up, needed })
  if (up === voters.length) return finding('learner-away', 'info', told)
  if (up < needed) return finding('quorum-not-seen', 'warning', told)
  if (up > needed) return finding('quorum-degraded', 'warning', told)
  const hasLastedMs = facts.at.getTime() - (downSince(voters) ?? facts.at).getTime()
  const isCritical = told.unseen === 'none' && hasLastedMs >= limits.downCriticalMinutes * minuteMs
  return finding('quorum-at-risk', isCritical ? 'critical' : 'warning', told)
}

function couldNotTellWhoVotes({ list }: ClusterFacts): Unknown {
  return couldNotTell(isSeen(list) ? 'not-collected-yet' : reasonOf(list.problem))
}

/** Members we are kept from asking ourselves, by an address or a certificate, say nothing: most have to be silent. */
function judgeSilence(facts: ClusterFacts, limits: z.output<typeof settings>, counts: Counts): QuorumJudgement {
  const voters = votersOf(facts)
  const silentSince = voters.flatMap(silenceOf).toSorted((a, b) => a.getTime() - b.getTime())
  const mostSince = silentSince[counts.needed - 1]
  if (!mostSince) return { subject: theCluster, ...couldNotTellWithout(voters, 'status') }
  const isCritical = facts.at.getTime() - mostSince.getTime() >= limits.downCriticalMinutes * minuteMs
  return finding('nobody-answers', isCritical ? 'critical' : 'warning', tell(facts, counts))
}

/** Since when it has been silent: also one that was down when it was asked last, and for which there was no time now. */
function silenceOf({ downSince: since }: MemberFacts): Date[] {
  return since === null ? [] : [since]
}

interface Counts {
  readonly up: number
  readonly needed: number
}

function judgeLeaderless(facts: ClusterFacts, limits: z.output<typeof settings>, counts: Counts): QuorumJudgement {
  const told = tell(facts, counts)
  if (counts.up >= counts.needed) {
    const latest = facts.history.leaderships.at(-1)
    const since = latest?.leaderId === 0n ? latest.at : facts.at
    const isCritical = facts.at.getTime() - since.getTime() >= limits.noLeaderCriticalSeconds * secondMs
    return finding('no-leader', isCritical ? 'critical' : 'warning', { ...told, since: since.toISOString() })
  }
  const unseen = votersOf(facts).filter((member) => presenceOf(member) === 'unknown')
  // Those who could not be asked may lead without the one who answers.
  if (counts.up + unseen.length >= counts.needed) {
    return { subject: theCluster, ...couldNotTellWithout(unseen, 'status') }
  }
  return finding('quorum-lost', 'critical', told)
}

function tell(facts: ClusterFacts, { up, needed }: Counts) {
  const those = (presence: string) => facts.members.filter((member) => presenceOf(member) === presence)
  return {
    up,
    total: votersOf(facts).length,
    needed,
    down: namesOf(those('down')),
    unseen: namesOf(those('unknown')),
    since: downSince(votersOf(facts))?.toISOString() ?? 'none',
  }
}

/** Of those that are down, the one that has been for longest. */
function downSince(members: readonly MemberFacts[]): Date | undefined {
  return members.flatMap((member) => member.downSince ?? []).toSorted((a, b) => a.getTime() - b.getTime())[0]
}

function finding(
  code: keyof typeof codes,
  severity: 'info' | 'warning' | 'critical',
  told: ReturnType<typeof tell>,
): QuorumJudgement {
  return { subject: theCluster, verdict: 'finding', code, severity, evidence: told }
}
