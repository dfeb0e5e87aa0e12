import { useTranslations } from 'next-intl'
import type { FieldRow } from './field-rows.ts'

export interface FieldTableProps {
  title: string
  rows: readonly (FieldRow & { note?: string })[]
  /** An answer holds every field unless told otherwise: only what may be missing is marked. */
  isAnswer?: boolean
}

/** Fields of a body, an answer or an address: name, type, whether it must be there. */
export function FieldTable({ title, rows, isAnswer = false }: FieldTableProps) {
  const t = useTranslations('api-docs')
  return (
    <div className="min-w-0">
      <h3 className="mb-1.5 font-medium text-sm">{title}</h3>
      <div className="overflow-x-auto rounded-lg border border-line bg-surface">
        <table aria-label={title} className="w-full border-collapse text-left text-sm">
          <thead className="sr-only">
            <tr>
              <th scope="col">{t('field')}</th>
              <th scope="col">{t('type')}</th>
              <th scope="col">{t('required')}</th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {rows.map((row) => (
              <FieldLine key={`${row.note ?? ''} ${row.path}`} row={row} requiredText={isAnswer ? '' : t('required')} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}

function FieldLine({ row, requiredText }: { row: FieldTableProps['rows'][number]; requiredText: string }) {
  const t = useTranslations('api-docs')
  return (
    <tr>
      <th
        scope="row"
        className="min-w-28 px-3 py-1.5 align-top font-mono font-normal [overflow-wrap:anywhere] sm:min-w-48"
      >
        {row.path}
        {row.note ? <span className="ml-2 inline-block font-sans text-muted text-xs">{row.note}</span> : null}
      </th>
      <td className="px-3 py-1.5 align-top text-muted">
        <code className="font-mono text-xs [overflow-wrap:anywhere]">{row.type}</code>
        {row.defaultValue === undefined ? null : (
          <span className="ml-2 text-xs">{t('default', { value: row.defaultValue })}</span>
        )}
        {row.description ? (
          <span lang="en" className="block text-xs">
            {row.description}
          </span>
        ) : null}
      </td>
      <td className="px-3 py-1.5 align-top text-muted text-xs sm:w-20">
        {row.isRequired ? requiredText : t('optional')}
      </td>
    </tr>
  )
}
