import { ChevronRight, Link2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Badge } from '#app/_components/ui/badge.tsx'
import { classNames } from '#app/_components/ui/class-names.ts'
import { CodeBlock } from '#app/_components/ui/code-block.tsx'
import type { Tone } from '#app/_components/ui/tone.tsx'
import { softTones } from '#app/_components/ui/tone.tsx'
import { curlLine } from './curl-line.ts'
import type { FieldRow } from './field-rows.ts'
import { FieldTable } from './field-table.tsx'
import type { ApiOperation, ApiParameter } from './operations.ts'

const methodTones: Record<string, Tone> = { GET: 'info', POST: 'ok', PUT: 'ok', PATCH: 'warn', DELETE: 'danger' }

/** One operation, folded to a line until somebody wants to know. */
export function OperationView({ operation, publicUrl }: { operation: ApiOperation; publicUrl: string }) {
  return (
    <details id={operation.id} className="group min-w-0 scroll-mt-16">
      <summary className="flex list-none flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 hover:bg-hover focus-visible:-outline-offset-2 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden="true"
          className="size-4 shrink-0 text-faint transition-transform duration-100 group-open:rotate-90"
        />
        <Method name={operation.method} />
        <code className="min-w-0 font-mono text-sm [overflow-wrap:anywhere]">{operation.path}</code>
        <span lang="en" className="min-w-0 text-muted text-sm max-sm:basis-full">
          {operation.summary}
        </span>
        <span className="ml-auto max-sm:ml-0">
          <AccessBadge access={operation.access} />
        </span>
      </summary>
      <OperationDetails operation={operation} publicUrl={publicUrl} />
    </details>
  )
}

function Method({ name }: { name: string }) {
  return (
    <span
      className={classNames(
        'inline-flex h-5 w-15 shrink-0 items-center justify-center rounded-sm border font-mono font-semibold text-2xs',
        softTones[methodTones[name] ?? 'neutral'],
      )}
    >
      {name}
    </span>
  )
}

function AccessBadge({ access }: { access: string }) {
  const t = useTranslations('api-docs.access')
  const isNamed = access === 'public' || access === 'self'
  return <Badge icon={null}>{isNamed ? t(access) : <code className="font-mono">{access}</code>}</Badge>
}

function OperationDetails({ operation, publicUrl }: { operation: ApiOperation; publicUrl: string }) {
  const t = useTranslations('api-docs')
  const { id, parameters, body, answer } = operation
  const curl = curlLine(operation, publicUrl)
  const rowOfParameter = useParameterRow()
  return (
    <div className="grid items-start gap-x-6 gap-y-5 border-line border-t bg-canvas px-4 py-4 2xl:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
      <div className="flex min-w-0 flex-col gap-5">
        {operation.needsStepUp ? <p className="text-sm">{t('access.stepUp')}</p> : null}
        {parameters.length > 0 ? <FieldTable title={t('parameters')} rows={parameters.map(rowOfParameter)} /> : null}
        {body && body.fields.length > 0 ? <FieldTable title={t('body')} rows={body.fields} /> : null}
        {answer.stream ? (
          <p className="text-sm">{`${t('answer', { status: answer.status })}: ${t('stream', { mediaType: answer.stream })}`}</p>
        ) : (
          <FieldTable title={t('answer', { status: answer.status })} rows={answer.fields} isAnswer />
        )}
      </div>
      <div className="flex min-w-0 flex-col gap-3">
        {curl ? (
          <CodeBlock title={t('example')} code={curl} />
        ) : (
          <p className="text-muted text-sm">{t('sessionOnly')}</p>
        )}
        {body?.example ? <CodeBlock title={t('bodyExample')} code={body.example} /> : null}
        <a
          href={`#${id}`}
          className="inline-flex min-h-6 items-center gap-1.5 self-start rounded-sm text-muted text-sm hover:text-ink hover:underline"
        >
          <Link2 aria-hidden="true" className="size-3.5" />
          {`#${id}`}
        </a>
      </div>
    </div>
  )
}

/** Parameters are shown like fields, with the place they stand in. */
function useParameterRow(): (parameter: ApiParameter) => FieldRow & { note: string } {
  const t = useTranslations('api-docs.in')
  return (parameter) => ({
    path: parameter.name,
    type: parameter.type,
    isRequired: parameter.isRequired,
    defaultValue: parameter.defaultValue,
    description: undefined,
    note: t(parameter.in),
  })
}
