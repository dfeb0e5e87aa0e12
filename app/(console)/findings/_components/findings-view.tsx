'use client'

import { History } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import { DataTable } from '#app/_components/table/data-table.tsx'
import type { TableState } from '#app/_components/table/table-state.ts'
import { useTableState } from '#app/_components/table/table-state.ts'
import { TableToolbar } from '#app/_components/table/table-toolbar.tsx'
import { useTablePage } from '#app/_components/table/use-table-page.ts'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { Tabs } from '#app/_components/ui/tabs.tsx'
import type { FirstPage } from '#app/(console)/_visit/first-page.ts'
import { FilterInput } from '#app/(console)/clusters/_components/filter-input.tsx'
import type { FindingView } from '#lib/contracts/inspections.ts'
import { findingStates, findingView, inspectionIds, severities } from '#lib/contracts/inspections.ts'
import { ClusterFilter } from './cluster-filter.tsx'
import { FindingSheet } from './finding-sheet.tsx'
import { NothingFound } from './nothing-found.tsx'
import { useFindingColumns } from './use-finding-columns.tsx'
import { useInspectionWords } from './use-inspection-words.ts'
import { useShownFinding } from './use-shown-finding.ts'

const filters = ['severity', 'inspection', 'clusterId', 'label'] as const
const choices = { severity: severities, inspection: inspectionIds }
const labelPattern = /^[^=\s,]+(=[^=\s,]*)?$/

/** Where the switch stands, and where in the list one is: another list begins at its first page. */
const place = { state: parseAsStringLiteral(findingStates).withDefault('open'), cursor: parseAsString }

export interface FindingsViewProps {
  /** Open ones, the most severe first. */
  initialPage: FirstPage<FindingView> | undefined
}

/** What inspections hold against the clusters of the team. */
export function FindingsView({ initialPage }: FindingsViewProps) {
  const t = useTranslations('findings')
  const [{ state }, setPlace] = useQueryStates(place)
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Tabs
        label={t('states.label')}
        value={state}
        onValueChange={(next) => {
          const chosen = findingStates.find((each) => each === next)
          void setPlace({ state: chosen ?? null, cursor: null })
        }}
        tabs={[
          { value: 'open', label: t('states.open'), content: <Findings state="open" initialPage={initialPage} /> },
          {
            value: 'resolved',
            label: t('states.resolved'),
            content: <Findings state="resolved" initialPage={undefined} />,
          },
        ]}
      />
    </>
  )
}

/** New ones are told of by events; this is for how long ago they were seen. */
const lookAgainMs = 60_000

function Findings({ state, initialPage }: FindingsViewProps & { state: (typeof findingStates)[number] }) {
  const t = useTranslations('findings')
  const isResolved = state === 'resolved'
  const table = useTableState({ filters, choices, defaultSort: isResolved ? '-openedAt' : '-severity' })
  const inState: TableState = useMemo(() => ({ ...table, query: { ...table.query, state } }), [table, state])
  const page = useTablePage({
    path: '/findings',
    row: findingView,
    state: inState,
    refetchIntervalMs: lookAgainMs,
    ...(initialPage ? { initialPage } : {}),
  })
  const shown = useShownFinding()
  const columns = useFindingColumns({ onOpen: shown.open, isResolved })
  return (
    <>
      <DataTable
        label={t('table.label')}
        columns={columns}
        idOf={(finding) => finding.id}
        page={page}
        state={inState}
        toolbar={<Toolbar state={inState} />}
        empty={isResolved ? <NothingResolved /> : <NothingFound />}
      />
      <FindingSheet shown={shown} known={page.rows} />
    </>
  )
}

function NothingResolved() {
  const t = useTranslations('findings.empty')
  return <EmptyState icon={<History aria-hidden="true" />} title={t('resolvedTitle')} description={t('resolved')} />
}

function Toolbar({ state }: { state: TableState }) {
  const t = useTranslations('findings.table')
  const severityOf = useTranslations('inspections.severities')
  const { nameOf } = useInspectionWords()
  return (
    <div className="flex flex-wrap items-center gap-2">
      <TableToolbar
        state={state}
        filters={[
          {
            id: 'severity',
            label: t('severity'),
            options: severities.toReversed().map((value) => ({ value, label: severityOf(value) })),
          },
          {
            id: 'inspection',
            label: t('inspection'),
            options: inspectionIds.map((value) => ({ value, label: nameOf(value) })),
          },
        ]}
      />
      <ClusterFilter state={state} />
      <FilterInput
        state={state}
        id="label"
        label={t('labelFilter')}
        placeholder={t('labelExample')}
        pattern={labelPattern}
        className="w-40"
      />
    </div>
  )
}
