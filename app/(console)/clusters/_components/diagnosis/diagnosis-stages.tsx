'use client'

import { useTranslations } from 'next-intl'
import { classNames } from '#app/_components/ui/class-names.ts'
import type { AccessField } from '../access/access-field.ts'
import { FindingView } from './finding-view.tsx'
import { inkOfState, StageMark } from './stage-mark.tsx'
import type { StageRow, StageState, Told } from './stage-rows.ts'
import { stageRows } from './stage-rows.ts'

export interface DiagnosisStagesProps extends Told {
  /** Leads to the field a finding is about. */
  onField?: (field: AccessField) => void
}

/** The ten stages of a diagnosis, each as far as it is; while it runs, what comes is added. */
export function DiagnosisStages({ onField, ...told }: DiagnosisStagesProps) {
  const t = useTranslations('clusters.look')
  return (
    <ol aria-label={t('stages')} aria-busy={told.isRunning} className="divide-y divide-line">
      {stageRows(told).map((row) => (
        <Stage key={row.stage} row={row} onField={onField} />
      ))}
    </ol>
  )
}

function Stage({ row, onField }: { row: StageRow; onField: DiagnosisStagesProps['onField'] | undefined }) {
  const t = useTranslations('clusters.look')
  const stageNames = useTranslations('diagnosis.stages')
  const wordOf = useStateWord()
  const { stage, state, results, durationMs } = row
  const endpoints = new Set(results.map(({ endpoint }) => endpoint))
  return (
    <li className="py-2.5">
      <div className="flex items-center gap-2">
        <StageMark state={state} />
        <span className={classNames('font-medium', state === 'waiting' && 'text-muted')}>{stageNames(stage)}</span>
        <span className={classNames('text-sm', inkOfState[state])}>{wordOf(state)}</span>
        {durationMs === null || state === 'running' ? null : (
          <span className="ml-auto shrink-0 text-muted text-xs tabular-nums">
            {t('milliseconds', { ms: durationMs })}
          </span>
        )}
      </div>
      {results.length === 0 ? null : (
        <ul className="mt-1 flex flex-col gap-2 pl-6">
          {shownOnce(results).map((result) => (
            <FindingView
              key={`${result.endpoint} ${result.code} ${JSON.stringify(result.evidence)}`}
              result={result}
              hasEndpoint={endpoints.size > 1 && result.code !== 'not-reached'}
              onField={onField}
            />
          ))}
        </ul>
      )}
    </li>
  )
}

/** That a stage was not reached is said once, not for each endpoint. */
function shownOnce(results: StageRow['results']): StageRow['results'] {
  const first = results.find(({ code }) => code === 'not-reached')
  return results.filter((result) => result.code !== 'not-reached' || result === first)
}

function useStateWord(): (state: StageState) => string {
  const t = useTranslations('clusters.look')
  const verdicts = useTranslations('diagnosis.verdicts')
  return (state) => (state === 'waiting' || state === 'running' ? t(state) : verdicts(state))
}
