import { useTranslations } from 'next-intl'
import type { AuditEventView } from '#lib/contracts/audit.ts'
import { changesOf } from './changes-of.ts'

const headClasses = 'px-2.5 py-1.5 font-medium'
const cellClasses = 'px-2.5 py-1.5 align-top [overflow-wrap:anywhere]'

/** What was before and what is after, field by field. */
export function AuditDiff({ diff }: { diff: AuditEventView['diff'] }) {
  const t = useTranslations('audit.sheet')
  return (
    <div className="overflow-hidden rounded-lg border border-line">
      <table className="w-full table-fixed border-collapse text-left text-sm">
        <thead className="bg-sunken text-muted">
          <tr>
            <th scope="col" className={headClasses}>
              {t('field')}
            </th>
            <th scope="col" className={headClasses}>
              {t('before')}
            </th>
            <th scope="col" className={headClasses}>
              {t('after')}
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {changesOf(diff).map(({ field, before, after }) => (
            <tr key={field}>
              <th scope="row" className={`${cellClasses} font-mono font-normal text-muted`}>
                {field}
              </th>
              <Value text={before} mark="before" />
              <Value text={after} mark="after" />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const marks = { before: 'bg-danger-soft text-danger', after: 'bg-ok-soft text-ok' }

function Value({ text, mark }: { text: string | undefined; mark: keyof typeof marks }) {
  const t = useTranslations('audit.sheet')
  return (
    <td className={cellClasses}>
      {text === undefined ? (
        <span className="text-faint">
          <span aria-hidden="true">—</span>
          <span className="sr-only">{t('nothing')}</span>
        </span>
      ) : (
        <code className={`rounded-sm px-1 font-mono ${marks[mark]}`}>{text}</code>
      )}
    </td>
  )
}
