'use client'

import { useTranslations } from 'next-intl'
import { Badge } from '#app/_components/ui/badge.tsx'
import type { Tone } from '#app/_components/ui/tone.tsx'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import type { ClusterMemberView, ClusterState } from '#lib/contracts/clusters.ts'

/** Nobody answering, or nobody having looked, is neither well nor ill. */
const tones: Record<ClusterState, Tone> = {
  unknown: 'unknown',
  running: 'ok',
  degraded: 'warn',
  'at-risk': 'warn',
  'no-quorum': 'danger',
  unreachable: 'unknown',
}

export function StateBadge({ state }: { state: ClusterState }) {
  const t = useTranslations('clusters.states')
  return <Badge tone={tones[state]}>{t(state)}</Badge>
}

const memberTones: Record<ClusterMemberView['state'], Tone> = { unknown: 'unknown', up: 'ok', down: 'danger' }

export function MemberStateBadge({ state }: { state: ClusterMemberView['state'] }) {
  const t = useTranslations('clusters.memberStates')
  return <Badge tone={memberTones[state]}>{t(state)}</Badge>
}

/** What stood in the way, in a few words; a code nobody described is shown as it is. */
export function useProblemWords(): (code: string) => string {
  const words = useKeyTranslator('clusters')
  return (code) => words(`problems.${code}`, {}, code)
}
