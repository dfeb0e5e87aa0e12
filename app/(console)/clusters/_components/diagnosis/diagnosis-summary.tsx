'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Alert } from '#app/_components/ui/alert.tsx'
import type { DiagnosisView } from '#lib/contracts/diagnosis.ts'
import { useVerdictWords } from './use-verdict-words.ts'

export interface DiagnosisSummaryProps {
  diagnosis: DiagnosisView
  /** What came of it, where the diagnosis decided something; the stage that failed is named below. */
  title?: ReactNode
  /** Further sentences. */
  children?: ReactNode
}

/** A diagnosis in two sentences: whether the cluster can be used, and what it is. */
export function DiagnosisSummary({ diagnosis, title, children }: DiagnosisSummaryProps) {
  const t = useTranslations('clusters.look')
  const words = useVerdictWords()(diagnosis)
  const { summary, durationMs } = diagnosis
  return (
    <Alert tone={title ? 'danger' : words.tone} title={title ?? words.title}>
      {title && words.failedAt ? <p>{words.failedAt}</p> : null}
      {children}
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
      {summary.knownAs.length > 0 ? (
        <p className="text-sm">{t('knownAs', { names: summary.knownAs.join(', ') })}</p>
      ) : null}
      <p className="text-muted text-sm">{t('took', { ms: durationMs })}</p>
    </Alert>
  )
}
