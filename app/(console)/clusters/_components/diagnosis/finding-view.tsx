'use client'

import { CornerDownLeft, Wrench } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '#app/_components/ui/button.tsx'
import type { StageResult } from '#lib/contracts/diagnosis.ts'
import type { AccessField } from '../access/access-field.ts'
import { fieldOf } from '../access/access-field.ts'
import { Facts } from './facts.tsx'
import { OpenAddress } from './open-address.tsx'
import { ShellLine } from './shell-line.tsx'
import { useFindingText } from './use-finding-text.ts'

export type Finding = readonly [StageResult, ...StageResult[]]

export interface FindingViewProps {
  /** The same thing, found at one or more endpoints. */
  results: Finding
  /** Says whose finding it is, where there is more than one endpoint. */
  hasEndpoints: boolean
  /** Leads to the field a finding is about; absent where there are no fields on the page. */
  onField?: ((field: AccessField) => void) | undefined
}

/** What a stage found: what it means, how to mend it, the facts, and a line that shows the same. */
export function FindingView({ results, hasEndpoints, onField }: FindingViewProps) {
  const [first] = results
  const text = useFindingText()
  const isCalm = first.verdict === 'pass' || first.code === 'not-reached'
  const lines = Map.groupBy(results, (result) => text.found(result))
  return (
    <li className="min-w-0 [overflow-wrap:anywhere]">
      {[...lines].map(([sentence, same]) => (
        <div key={sentence} className="not-first:mt-1.5">
          {hasEndpoints ? <Endpoints results={same} /> : null}
          <p className={isCalm ? 'text-muted text-sm' : 'text-sm'}>{sentence}</p>
        </div>
      ))}
      {isCalm ? null : <Mending result={first} onField={onField} />}
    </li>
  )
}

function Endpoints({ results }: { results: readonly StageResult[] }) {
  const t = useTranslations('clusters.look')
  return (
    <ul className="font-mono text-muted text-xs">
      {results.map(({ endpoint, durationMs }) => (
        <li key={endpoint} className="flex justify-between gap-2">
          <span>{endpoint}</span>
          <span className="shrink-0 tabular-nums">{t('milliseconds', { ms: durationMs })}</span>
        </li>
      ))}
    </ul>
  )
}

interface MendingProps extends Pick<FindingViewProps, 'onField'> {
  result: StageResult
}

function Mending({ result, onField }: MendingProps) {
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
      <OpenAddress evidence={result.evidence} />
      <Facts evidence={result.evidence} isOpen={result.verdict === 'fail'} />
      {result.command ? <ShellLine command={result.command} /> : null}
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
