'use client'

import { ChevronDown } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useRef } from 'react'
import { classNames } from '#app/_components/ui/class-names.ts'
import type { StageResult } from '#lib/contracts/diagnosis.ts'
import type { AccessField } from '../access/access-field.ts'
import { bringIntoSight } from './bring-into-sight.ts'
import type { Finding } from './finding-view.tsx'
import { FindingView } from './finding-view.tsx'
import { inkOfState, StageMark } from './stage-mark.tsx'
import type { StageRow, StageState, Told } from './stage-rows.ts'
import { stageRows, worstFirst } from './stage-rows.ts'

export interface DiagnosisStagesProps extends Told {
  /** Leads to the field a finding is about. */
  onField?: (field: AccessField) => void
}

/**
 * The ten stages of a diagnosis, each as far as it is; while it runs, what comes is added. What passed waits to be opened, and
 * so does what only wants attention while something failed: that stands open, and is scrolled to when the look has ended.
 */
export function DiagnosisStages({ onField, ...told }: DiagnosisStagesProps) {
  const t = useTranslations('clusters.look')
  const { stages, isRunning } = told
  const rows = stageRows(told)
  const failed = rows.find(({ state }) => state === 'fail')
  const opened = isRunning || failed ? failing : noteworthy
  const failedItem = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (!isRunning && stages.some(({ verdict }) => verdict === 'fail')) bringIntoSight(failedItem.current)
  }, [isRunning, stages])
  return (
    <ol aria-label={t('stages')} aria-busy={told.isRunning} className="divide-y divide-line">
      {rows.map((row) => (
        <li key={row.stage} ref={row === failed ? failedItem : null}>
          <Stage row={row} isOpen={opened.includes(row.state)} onField={onField} />
        </li>
      ))}
    </ol>
  )
}

const failing: readonly StageState[] = ['fail']
const noteworthy: readonly StageState[] = ['warn', 'fail']

interface StageProps {
  row: StageRow
  isOpen: boolean
  onField: DiagnosisStagesProps['onField'] | undefined
}

function Stage({ row, isOpen, onField }: StageProps) {
  const { results } = row
  const findings = findingsIn(results)
  const hasEndpoints = new Set(results.map(({ endpoint }) => endpoint)).size > 1
  const list = (
    <ul className="flex flex-col gap-3 pb-3 pl-6">
      {findings.map((finding) => (
        <FindingView
          key={markOf(finding[0])}
          results={finding}
          hasEndpoints={hasEndpoints && finding[0].code !== 'not-reached'}
          onField={onField}
        />
      ))}
    </ul>
  )
  if (results.length === 0) {
    return (
      <div className="flex items-center gap-2 py-2">
        <StageLine row={row} />
      </div>
    )
  }
  return (
    <details className="group" open={isOpen}>
      <summary className="flex list-none items-center gap-2 rounded-sm py-2 hover:bg-hover focus-visible:-outline-offset-2 [&::-webkit-details-marker]:hidden">
        <StageLine row={row} />
        <ChevronDown
          aria-hidden="true"
          className="size-3.5 shrink-0 text-faint transition-transform group-open:rotate-180"
        />
      </summary>
      {list}
    </details>
  )
}

function StageLine({ row: { stage, state, durationMs } }: { row: StageRow }) {
  const t = useTranslations('clusters.look')
  const stageNames = useTranslations('diagnosis.stages')
  const wordOf = useStateWord()
  return (
    <>
      <StageMark state={state} />
      <span className={classNames('font-medium', state === 'waiting' && 'text-muted')}>{stageNames(stage)}</span>
      <span className={classNames('text-sm', inkOfState[state])}>{wordOf(state)}</span>
      <span className="ml-auto shrink-0 text-muted text-xs tabular-nums">
        {durationMs === null || state === 'running' ? '' : t('milliseconds', { ms: durationMs })}
      </span>
    </>
  )
}

/** The same thing found at several endpoints is one finding, told with each of them; what is worst comes first. */
function findingsIn(results: readonly StageResult[]): Finding[] {
  const byCode = Map.groupBy(results, (result) => (result.endpoint === null ? markOf(result) : result.code))
  const findings = byCode.values().flatMap(([first, ...others]) => (first ? [[first, ...others] as const] : []))
  return [...findings].sort(([one], [other]) => worstFirst.indexOf(one.verdict) - worstFirst.indexOf(other.verdict))
}

function markOf({ code, evidence }: StageResult): string {
  return `${code} ${JSON.stringify(evidence)}`
}

function useStateWord(): (state: StageState) => string {
  const t = useTranslations('clusters.look')
  const verdicts = useTranslations('diagnosis.verdicts')
  return (state) => (state === 'waiting' || state === 'running' ? t(state) : verdicts(state))
}
