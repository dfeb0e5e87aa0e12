'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { Column } from '#app/_components/table/column.ts'
import { DataTable } from '#app/_components/table/data-table.tsx'
import { useTableState } from '#app/_components/table/table-state.ts'
import { TableToolbar } from '#app/_components/table/table-toolbar.tsx'
import { useTablePage } from '#app/_components/table/use-table-page.ts'
import { Badge } from '#app/_components/ui/badge.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import type { ClusterView } from '#lib/contracts/clusters.ts'
import { clusterView } from '#lib/contracts/clusters.ts'
import { FirstCluster } from './first-cluster.tsx'

const filters = ['q'] as const

export interface ClustersViewProps {
  initialPage: { data: ClusterView[]; nextCursor: string | null }
  publicUrl: string
}

/** The team's clusters; before the first one, what Kstone does with them and how to get one ready. */
export function ClustersView({ initialPage, publicUrl }: ClustersViewProps) {
  const t = useTranslations('clusters')
  const columns = useClusterColumns()
  const state = useTableState({ filters })
  const page = useTablePage({ path: '/clusters', row: clusterView, state, initialPage })
  const isEmpty = !page.isLoading && page.problem === null && page.rows.length === 0 && !state.isFiltered
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      {isEmpty ? (
        <FirstCluster publicUrl={publicUrl} />
      ) : (
        <DataTable
          label={t('table.label')}
          columns={columns}
          idOf={(cluster) => cluster.id}
          page={page}
          state={state}
          toolbar={<TableToolbar state={state} searchLabel={t('table.search')} />}
          empty={null}
        />
      )}
    </>
  )
}

function useClusterColumns(): Column<ClusterView>[] {
  const t = useTranslations('clusters')
  return useMemo(
    () => [
      { id: 'name', header: t('table.name'), isTitle: true, cell: (cluster) => <ClusterName cluster={cluster} /> },
      { id: 'provider', header: t('table.provider'), cell: (cluster) => t(`providers.${cluster.provider}`) },
      {
        id: 'labels',
        header: t('table.labels'),
        hideBelow: 'lg',
        cell: (cluster) => <Labels labels={cluster.labels} />,
      },
      {
        id: 'createdAt',
        header: t('table.createdAt'),
        hideBelow: 'md',
        cell: (cluster) => <Time value={cluster.createdAt} />,
      },
    ],
    [t],
  )
}

function ClusterName({ cluster }: { cluster: ClusterView }) {
  return (
    <span className="block min-w-0">
      <span className="block truncate font-medium">{cluster.name}</span>
      {cluster.description ? <span className="block truncate text-muted text-sm">{cluster.description}</span> : null}
    </span>
  )
}

function Labels({ labels }: { labels: Record<string, string> }) {
  return (
    <span className="flex flex-wrap gap-1">
      {Object.entries(labels).map(([name, value]) => (
        <Badge key={name} icon={null}>
          {`${name}=${value}`}
        </Badge>
      ))}
    </span>
  )
}
