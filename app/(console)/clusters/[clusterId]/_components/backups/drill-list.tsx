'use client'

import { FlaskConical } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { DataTable } from '#app/_components/table/data-table.tsx'
import type { TableState } from '#app/_components/table/table-state.ts'
import { useTableState } from '#app/_components/table/table-state.ts'
import { useTablePage } from '#app/_components/table/use-table-page.ts'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { DrillSheet } from '#app/(console)/drills/_components/drill-sheet.tsx'
import { useDrillColumns } from '#app/(console)/drills/_components/use-drill-columns.tsx'
import { useShownDrill } from '#app/(console)/drills/_components/use-shown-drill.ts'
import { drillView } from '#lib/contracts/backup-catalogue.ts'

const pageSize = 10

/** The drills of one cluster, newest first. */
export function DrillList({ clusterId }: { clusterId: string }) {
  const t = useTranslations('drills')
  const table = useTableState({ prefix: 'drill-', pageSize })
  const ofCluster: TableState = useMemo(() => ({ ...table, query: { ...table.query, clusterId } }), [table, clusterId])
  const page = useTablePage({ path: '/drills', row: drillView, state: ofCluster })
  const shown = useShownDrill()
  const columns = useDrillColumns(shown.open)
  return (
    <section>
      <h2 className="font-semibold text-lg">{t('title')}</h2>
      <p className="mb-2 max-w-prose text-muted text-sm">{t('description')}</p>
      <DataTable
        label={t('table.label')}
        columns={columns}
        idOf={(drill) => drill.id}
        page={page}
        state={ofCluster}
        empty={
          <EmptyState
            icon={<FlaskConical aria-hidden="true" />}
            title={t('empty.title')}
            description={t('empty.description')}
          />
        }
      />
      <DrillSheet shown={shown} known={page.rows} />
    </section>
  )
}
