'use client'

import { useTranslations } from 'next-intl'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { FailureAlert } from '../ui/failure-alert.tsx'
import { Time } from '../ui/time.tsx'
import type { TableState } from './table-state.ts'
import type { TablePage } from './use-table-page.ts'

export interface TableNoticesProps<Row> {
  page: TablePage<Row>
  state: TableState | undefined
}

/** What a reader should know before the rows: why there are none, or that there may be more of them. */
export function TableNotices<Row>({ page, state }: TableNoticesProps<Row>) {
  return (
    <>
      <TableFailure page={page} state={state} />
      <UnknownFilters state={state} />
      <SearchStop page={page} state={state} />
    </>
  )
}

/** Faults of the address itself: asking again changes nothing, asking for less does. */
const addressFaults = new Set(['invalid-input', 'cursor-invalid'])

function TableFailure<Row>({ page, state }: TableNoticesProps<Row>) {
  const t = useTranslations('ui.table')
  const { problem } = page
  if (problem === null) return null
  const isOfAddress = state !== undefined && addressFaults.has(problem.code)
  const action = (
    <Button size="sm" onClick={isOfAddress ? state.startOver : page.retry}>
      {t(isOfAddress ? 'startOver' : 'retry')}
    </Button>
  )
  return (
    <div className="p-3">
      <FailureAlert
        error={problem}
        title={t('failed')}
        messages={problem.errors.map(({ message }) => message)}
        action={action}
      />
    </div>
  )
}

/** An old or misspelt link: the list is shown as if it did not ask for that. */
function UnknownFilters({ state }: { state: TableState | undefined }) {
  const t = useTranslations('ui.table')
  if (state === undefined || state.unknownValues.length === 0) return null
  const action = (
    <Button size="sm" onClick={state.dropUnknown}>
      {t('dropUnknown')}
    </Button>
  )
  return (
    <div className="p-3">
      <Alert tone="warn" title={t('unknownFilter')} action={action}>
        {t('unknownFilterFix', { values: state.unknownValues.join(', ') })}
      </Alert>
    </div>
  )
}

/** A search that took too long for one answer goes on when asked to. */
function SearchStop<Row>({ page, state }: TableNoticesProps<Row>) {
  const t = useTranslations('ui.table')
  const { nextCursor, searchedBackTo } = page
  if (state === undefined || nextCursor === null || searchedBackTo === undefined) return null
  const action = (
    <Button size="sm" disabled={page.isStale} onClick={() => state.goTo(nextCursor)}>
      {t('searchOn')}
    </Button>
  )
  const title = t.rich('searchedBack', { time: () => <Time value={searchedBackTo} format="absolute" /> })
  return (
    <div className="p-3">
      <Alert tone="info" title={title} action={action}>
        {t('searchedBackFix', { count: page.rows.length })}
      </Alert>
    </div>
  )
}
