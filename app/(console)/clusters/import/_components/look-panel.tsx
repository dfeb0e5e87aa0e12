'use client'

import { Radar } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useRef } from 'react'
import { Alert } from '#app/_components/ui/alert.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { CheckboxField } from '#app/_components/ui/form-fields.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import type { AccessField } from '#app/(console)/clusters/_components/access/access-field.ts'
import { diagnosisOf } from '#app/(console)/clusters/_components/access/diagnosis-of.ts'
import { bringIntoSight, isInSight } from '#app/(console)/clusters/_components/diagnosis/bring-into-sight.ts'
import { DiagnosisStages } from '#app/(console)/clusters/_components/diagnosis/diagnosis-stages.tsx'
import { DiagnosisSummary } from '#app/(console)/clusters/_components/diagnosis/diagnosis-summary.tsx'
import type { Look } from '#app/(console)/clusters/_components/diagnosis/use-look.ts'
import type { DiagnosisView } from '#lib/contracts/diagnosis.ts'
import type { ImportForm } from './what-it-is.tsx'

export interface LookPanelProps {
  form: ImportForm
  look: Look | undefined
  /** What is typed is another way to the cluster than the one that was looked at. */
  isOutdated: boolean
  doing: 'look' | 'import' | undefined
  onImport: () => void
  onField: (field: AccessField) => void
}

/** Third part: the look, told while it runs, and the import once there is something to import. */
export function LookPanel({ form, look, isOutdated, doing, onImport, onField }: LookPanelProps) {
  const t = useTranslations('clusters.import')
  const { diagnosis } = look ?? {}
  return (
    <Panel
      title={t('lookTitle')}
      description={t('lookDescription')}
      actions={
        <Button
          type="submit"
          variant={diagnosis?.isUsable && !isOutdated ? 'secondary' : 'primary'}
          icon={<Radar aria-hidden="true" />}
          loading={doing === 'look'}
          disabled={doing === 'import'}
        >
          {look ? t('lookAgain') : t('look')}
        </Button>
      }
      footer={<ImportLine {...{ form, look, isOutdated, doing, onImport }} />}
    >
      <p role="status" className="sr-only">
        {look?.isRunning ? t('running') : ''}
      </p>
      <div className="flex flex-col gap-3">
        {/* A refusal that brought a diagnosis is told by it, with the stage that failed. */}
        <FailureAlert error={diagnosisOf(form.failure) ? undefined : form.failure} messages={form.unplaced} />
        {look ? (
          <Told look={look} isOutdated={isOutdated} onField={onField} />
        ) : (
          <p className="text-muted text-sm">{t('lookNothing')}</p>
        )}
      </div>
    </Panel>
  )
}

function Told({ look, isOutdated, onField }: Pick<LookPanelProps, 'isOutdated' | 'onField'> & { look: Look }) {
  const t = useTranslations('clusters.import')
  const whole = useRef<HTMLDivElement>(null)
  const summary = useRef<HTMLDivElement>(null)
  const { diagnosis } = look
  useEffect(() => {
    // What failed is scrolled to by itself.
    const isWell = diagnosis?.stages.every(({ verdict }) => verdict !== 'fail') ?? false
    if (isWell && summary.current && !isInSight(summary.current)) bringIntoSight(whole.current, 'start')
  }, [diagnosis])
  return (
    <div ref={whole} className="flex flex-col gap-3">
      {isOutdated ? (
        <Alert tone="warn" title={t('outdatedTitle')}>
          {t('outdated')}
        </Alert>
      ) : null}
      {diagnosis && !isOutdated ? (
        <div ref={summary}>
          <DiagnosisSummary diagnosis={diagnosis} />
        </div>
      ) : null}
      <DiagnosisStages {...look} onField={onField} />
    </div>
  )
}

function ImportLine({ form, look, isOutdated, doing, onImport }: Omit<LookPanelProps, 'onField'>) {
  const t = useTranslations('clusters.import')
  const isAccepted = form.hook.watch('acceptFailing')
  const outcome = isOutdated ? 'notYet' : outcomeOf(look?.diagnosis)
  const isReady = outcome === 'ready' || (outcome === 'failed' && isAccepted)
  return (
    <div className="flex w-full flex-wrap items-center justify-between gap-x-4 gap-y-3">
      <div className="min-w-0 flex-1 basis-52 text-muted text-sm">
        {outcome === 'failed' ? (
          <CheckboxField form={form} name="acceptFailing" label={t('accept')} description={t('acceptHint')} />
        ) : (
          <p>{t(outcome)}</p>
        )}
      </div>
      <Button
        variant={isReady ? 'primary' : 'secondary'}
        disabled={!isReady || doing === 'look'}
        loading={doing === 'import'}
        onClick={onImport}
      >
        {t('import')}
      </Button>
    </div>
  )
}

/** What a look means for the import: an address that may not be dialled is never taken in. */
function outcomeOf(diagnosis: DiagnosisView | undefined): 'notYet' | 'ready' | 'failed' | 'denied' {
  if (!diagnosis) return 'notYet'
  if (diagnosis.isUsable) return 'ready'
  return diagnosis.stages.some(({ code }) => code === 'address-denied') ? 'denied' : 'failed'
}
