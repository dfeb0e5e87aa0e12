'use client'

import { useTranslations } from 'next-intl'
import type { Tone } from '#app/_components/ui/tone.tsx'
import type { DiagnosisView } from '#lib/contracts/diagnosis.ts'
import { stageInTheWay } from './stage-rows.ts'

export interface VerdictWords {
  tone: Tone
  /** Whether it can be used, and if not, which stage stands in the way. */
  title: string
  /** The stage that stands in the way, in a sentence; empty where none does. */
  failedAt: string
}

/** What a diagnosis comes to, the same wherever it is told. */
export function useVerdictWords(): (diagnosis: DiagnosisView) => VerdictWords {
  const t = useTranslations('clusters.look')
  const stageNames = useTranslations('diagnosis.stages')
  return ({ stages, isUsable, verdict }) => {
    const stage = stageInTheWay(stages)
    const name = stage === undefined ? '' : stageNames(stage)
    const noted = stages.filter((result) => result.verdict === 'warn' || result.verdict === 'fail').length
    if (!isUsable) {
      const failedAt = stage === undefined ? '' : t('failedAt', { stage: name })
      return { tone: 'danger', title: t('notUsable', { stage: name }), failedAt }
    }
    return { tone: verdict === 'pass' ? 'ok' : 'warn', title: t('usable', { count: noted }), failedAt: '' }
  }
}
