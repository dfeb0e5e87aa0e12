'use client'

import { useTranslations } from 'next-intl'
import { Alert } from '#app/_components/ui/alert.tsx'
import type { Tone } from '#app/_components/ui/tone.tsx'
import type { DiagnosisView } from '#lib/contracts/diagnosis.ts'

/** A diagnosis in two sentences: whether the cluster can be used, and what it is. */
export function DiagnosisSummary({ diagnosis }: { diagnosis: DiagnosisView }) {
  const t = useTranslations('clusters.look')
  const stageNames = useTranslations('diagnosis.stages')
  const { stages, isUsable, summary, durationMs } = diagnosis
  const failed = stages.find(({ verdict }) => verdict === 'fail')
  const noted = stages.filter(({ verdict }) => verdict === 'warn' || verdict === 'fail').length
  const title = isUsable
    ? t('usable', { count: noted })
    : t('notUsable', { stage: failed ? stageNames(failed.stage) : '' })
  return (
    <Alert tone={toneOf(diagnosis)} title={title}>
      {summary.version ? (
        <p className="text-sm">
          {t('seen', {
            version: summary.version,
            up: summary.membersUp,
            total: summary.membersTotal,
            leader: summary.leader ?? '—',
          })}
        </p>
      ) : null}
      <p className="text-muted text-sm">{t('took', { ms: durationMs })}</p>
    </Alert>
  )
}

function toneOf({ isUsable, verdict }: DiagnosisView): Tone {
  if (!isUsable) return 'danger'
  return verdict === 'pass' ? 'ok' : 'warn'
}
