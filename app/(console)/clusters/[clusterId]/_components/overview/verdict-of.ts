import type { Tone } from '#app/_components/ui/tone.tsx'
import type { ClusterState } from '#lib/contracts/clusters.ts'
import type { ClusterWatchView } from '#lib/contracts/watch.ts'

/** What is said of a cluster in one word: its state, or why there is none. */
export type Standing = ClusterState | 'paused' | 'never'

export const standingTones: Record<Standing, Tone> = {
  paused: 'neutral',
  never: 'unknown',
  unknown: 'unknown',
  running: 'ok',
  degraded: 'warn',
  'at-risk': 'warn',
  'no-quorum': 'danger',
  unreachable: 'unknown',
}

/** An old state says nothing of a cluster nobody looks at any more, or has looked at yet. */
export function standingOf({ isPaused, collection, state }: ClusterWatchView): Standing {
  if (isPaused) return 'paused'
  return collection.at === null && state === 'unknown' ? 'never' : state
}

/** Which sentence says it. */
export type VerdictSentence =
  | Exclude<Standing, 'running'>
  | 'running'
  | 'no-leader'
  | 'learner-away'
  | 'not-seen'
  | 'alarm-nospace'
  | 'alarm-corrupt'

const ofCode: Readonly<Record<string, VerdictSentence>> = {
  'no-leader': 'no-leader',
  'learner-away': 'learner-away',
  'quorum-not-seen': 'not-seen',
}

export function sentenceOf(view: ClusterWatchView): VerdictSentence {
  const standing = standingOf(view)
  if (standing === 'paused' || standing === 'never' || standing === 'unreachable') return standing
  const alarm = alarmIn(view)
  const isWorking = standing === 'running' || standing === 'degraded'
  if (alarm && isWorking) return alarm
  return ofCode[view.verdict?.code ?? ''] ?? standing
}

/** An alarm says more than how many answer. */
function alarmIn({ problem }: ClusterWatchView): 'alarm-nospace' | 'alarm-corrupt' | undefined {
  return problem === 'alarm-nospace' || problem === 'alarm-corrupt' ? problem : undefined
}

/** The names of those of which nobody knows, as quorum's evidence tells them: `none` for none. */
export function unseenIn({ verdict }: Pick<ClusterWatchView, 'verdict'>): string | undefined {
  const unseen = verdict?.evidence.unseen
  return typeof unseen === 'string' && unseen !== 'none' ? unseen : undefined
}

/** How many voters there are and answer, as the quorum inspection counted them, or else as the members stand. */
export function countsOf({ verdict, members }: ClusterWatchView) {
  const evidence = verdict?.evidence ?? {}
  const voters = members.filter(({ role }) => role !== 'learner')
  const number = (name: string, otherwise: number) => {
    const value = evidence[name]
    return typeof value === 'number' ? value : otherwise
  }
  const total = number('total', voters.length)
  return {
    up: number('up', voters.filter(({ state }) => state === 'up').length),
    total,
    needed: number('needed', Math.floor(total / 2) + 1),
  }
}
