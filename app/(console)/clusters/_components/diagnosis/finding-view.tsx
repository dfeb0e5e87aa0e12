'use client'

import { CornerDownLeft, Wrench } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '#app/_components/ui/button.tsx'
import { CodeBlock } from '#app/_components/ui/code-block.tsx'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import type { StageResult } from '#lib/contracts/diagnosis.ts'
import type { AccessField } from '../access/access-field.ts'
import { fieldOf } from '../access/access-field.ts'
import { StageMark } from './stage-mark.tsx'
import { useFindingText } from './use-finding-text.ts'

export interface FindingViewProps {
  result: StageResult
  /** Says whose finding it is, where there is more than one endpoint. */
  hasEndpoint: boolean
  /** Leads to the field a finding is about; absent where there are no fields on the page. */
  onField?: ((field: AccessField) => void) | undefined
}

/** One thing a stage found: what it means, how to mend it, the facts, and a line that shows the same. */
export function FindingView({ result, hasEndpoint, onField }: FindingViewProps) {
  const { verdict, endpoint, durationMs } = result
  const t = useTranslations('clusters.look')
  const text = useFindingText()
  const isCalm = verdict === 'pass' || result.code === 'not-reached'
  return (
    <li className="min-w-0">
      <div className="flex items-start gap-2">
        {hasEndpoint || !isCalm ? (
          <span className="mt-[0.1875rem]">
            <StageMark state={verdict} size="sm" />
          </span>
        ) : null}
        <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
          {hasEndpoint && endpoint !== null ? (
            <p className="flex justify-between gap-2 font-mono text-muted text-xs">
              <span>{endpoint}</span>
              <span className="shrink-0 tabular-nums">{t('milliseconds', { ms: durationMs })}</span>
            </p>
          ) : null}
          <p className={isCalm ? 'text-muted text-sm' : 'text-sm'}>{text.found(result)}</p>
          {isCalm ? null : <Mending result={result} onField={onField} />}
        </div>
      </div>
    </li>
  )
}

function Mending({ result, onField }: Pick<FindingViewProps, 'result' | 'onField'>) {
  const t = useTranslations('clusters.look')
  const fieldName = useTranslations('clusters.fields')
  const text = useFindingText()
  const fix = text.fix(result)
  const field = fieldOf(result)
  return (
    <div className="mt-1.5 flex flex-col gap-2">
      {fix ? (
        <p className="flex items-start gap-1.5 text-sm">
          <Wrench aria-hidden="true" className="mt-[0.1875rem] size-3.5 shrink-0 text-muted" />
          <span className="min-w-0">
            <span className="sr-only">{t('fix')}</span>
            {fix}
          </span>
        </p>
      ) : null}
      {field && onField ? (
        <div>
          <Button size="sm" icon={<CornerDownLeft aria-hidden="true" />} onClick={() => onField(field)}>
            {t('toField', { field: fieldName(nameOfField[field]) })}
          </Button>
        </div>
      ) : null}
      <Facts evidence={result.evidence} isOpen={result.verdict === 'fail'} />
      {result.command ? <CodeBlock title={t('command')} code={result.command} /> : null}
    </div>
  )
}

/** Field of the contract → its label in the messages. */
const nameOfField = {
  endpoints: 'endpoints',
  'tls.caPem': 'ca',
  'tls.clientCertPem': 'clientCert',
  'tls.clientKeyPem': 'clientKey',
  'tls.serverName': 'serverName',
  'reader.username': 'readerUser',
  'root.username': 'rootUser',
  addressMap: 'addressMap',
} as const satisfies Record<AccessField, string>

/** Evidence that only chooses between two wordings of the sentence. */
const onlyForWording = ['who', 'trusted', 'kind', 'field', 'hasRoot', 'grant']

function Facts({ evidence, isOpen }: { evidence: StageResult['evidence']; isOpen: boolean }) {
  const t = useTranslations('clusters.look')
  const nameOf = useKeyTranslator('clusters')
  const text = useFindingText()
  const facts = Object.entries(evidence).filter(([name]) => !onlyForWording.includes(name))
  if (facts.length === 0) return null
  return (
    <details open={isOpen} className="group">
      <summary className="w-fit rounded-sm text-muted text-sm hover:text-ink">{t('facts')}</summary>
      <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-sm">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{nameOf(`evidence.${name}`, {}, name)}</dt>
            <dd className="min-w-0 font-mono text-xs leading-5 [overflow-wrap:anywhere]">{text.fact(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
