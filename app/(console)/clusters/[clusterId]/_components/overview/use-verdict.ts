'use client'

import { useTranslations } from 'next-intl'
import { useProblemWords } from '#app/(console)/clusters/_components/cluster-state.tsx'
import { useInspectionWords } from '#app/(console)/findings/_components/use-inspection-words.ts'
import type { ClusterWatchView } from '#lib/contracts/watch.ts'
import { countsOf, sentenceOf, unseenIn } from './verdict-of.ts'

/** How a cluster stands, in a sentence. */
export function useVerdictSentence(): (view: ClusterWatchView) => string {
  const t = useTranslations('overview.verdict')
  const clusters = useTranslations('clusters.sentences')
  const wordsOf = useProblemWords()
  const words = useInspectionWords()
  const page = useTranslations('clusters.page')
  const becauseOf = (problem: string | null) => (problem ? [page('because', { problem: wordsOf(problem) })] : [])
  return (view) => {
    const sentence = sentenceOf(view)
    const counts = countsOf(view)
    if (sentence === 'running' || sentence === 'alarm-nospace' || sentence === 'alarm-corrupt') {
      return clusters(sentence, { up: counts.up, total: counts.total })
    }
    if (sentence === 'unknown') return t('unknown', { reason: reasonOf(view, words.unknown) }).trim()
    if (sentence === 'unreachable') return [clusters('unreachable'), ...becauseOf(view.problem)].join(' ')
    if (sentence === 'paused' || sentence === 'never') return t(sentence)
    const members = unseenIn(view)
    return [t(sentence, counts), ...(members ? [t('unseen', { members })] : [])].join(' ')
  }
}

function reasonOf({ verdicts }: ClusterWatchView, tell: ReturnType<typeof useInspectionWords>['unknown']): string {
  const quorum = verdicts.find(({ inspection }) => inspection === 'quorum')
  return quorum?.verdict === 'unknown' ? tell(quorum) : ''
}
