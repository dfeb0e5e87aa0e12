'use client'

import { useTranslations } from 'next-intl'
import { Button } from '#app/_components/ui/button.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { DiagnosisStages } from '#app/(console)/clusters/_components/diagnosis/diagnosis-stages.tsx'
import { DiagnosisSummary } from '#app/(console)/clusters/_components/diagnosis/diagnosis-summary.tsx'
import type { StoredLook } from './use-stored-look.ts'

/** What the look that was asked for found, stage by stage. */
export function LookResult({ look, endpointCount }: { look: StoredLook; endpointCount: number }) {
  const t = useTranslations('clusters.page')
  const { isRunning, diagnosis, close } = look
  if (!(isRunning || diagnosis)) return null
  return (
    <Panel
      title={t('lookTitle')}
      actions={
        diagnosis ? (
          <Button size="sm" onClick={close}>
            {t('closeLook')}
          </Button>
        ) : null
      }
    >
      <p role="status" className="sr-only">
        {isRunning ? t('looking') : ''}
      </p>
      <div className="flex flex-col gap-3">
        {diagnosis ? <DiagnosisSummary diagnosis={diagnosis} /> : null}
        <DiagnosisStages stages={diagnosis?.stages ?? []} endpointCount={endpointCount} isRunning={isRunning} />
      </div>
    </Panel>
  )
}
