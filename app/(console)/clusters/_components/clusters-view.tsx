'use client'

import { useTranslations } from 'next-intl'
import { DataTable } from '#app/_components/table/data-table.tsx'
import type { TableState } from '#app/_components/table/table-state.ts'
import { useTableState } from '#app/_components/table/table-state.ts'
import { TableToolbar } from '#app/_components/table/table-toolbar.tsx'
import { useTablePage } from '#app/_components/table/use-table-page.ts'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { useSubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import type { FirstPage } from '#app/(console)/_visit/first-page.ts'
import type { ClusterView } from '#lib/contracts/clusters.ts'
import { clusterStates, clusterView } from '#lib/contracts/clusters.ts'
import { severities } from '#lib/contracts/inspections.ts'
import { EditClusterDialog } from './dialogs/edit-cluster-dialog.tsx'
import { RemoveClusterDialog } from './dialogs/remove-cluster-dialog.tsx'
import { FilterInput } from './filter-input.tsx'
import { FirstCluster } from './first-cluster.tsx'
import { ImportMenu } from './import-menu.tsx'
import { useClusterChanges } from './use-cluster-changes.ts'
import { useClusterColumns } from './use-cluster-columns.tsx'
import { useClusterEntries } from './use-cluster-entries.tsx'

const filters = ['q', 'state', 'severity', 'version', 'label'] as const
const choices = { state: clusterStates, severity: severities }
/** What changes is told by events; this is for sizes and how long ago each was looked at. */
const lookAgainMs = 60_000
const versionPattern = /^\d{1,3}(\.\d{1,3}){0,2}$/
const labelPattern = /^[^=\s,]+(=[^=\s,]*)?$/

export interface ClustersViewProps {
  initialPage: FirstPage<ClusterView> | undefined
  publicUrl: string
}

/** The team's clusters; before the first one, what Kstone does with them and how to get one ready. */
export function ClustersView({ initialPage, publicUrl }: ClustersViewProps) {
  const t = useTranslations('clusters')
  const columns = useClusterColumns()
  const state = useTableState({ filters, choices })
  const page = useTablePage({
    path: '/clusters',
    row: clusterView,
    state,
    refetchIntervalMs: lookAgainMs,
    ...(initialPage ? { initialPage } : {}),
  })
  const edit = useSubjectDialog<ClusterView>()
  const remove = useSubjectDialog<ClusterView>()
  const changes = useClusterChanges()
  const look = useToldLook()
  const entriesOf = useClusterEntries({ changes, onLook: look, onEdit: edit.open, onRemove: remove.open })
  const isEmpty = !page.isLoading && page.problem === null && page.rows.length === 0 && state.isPlain
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={isEmpty ? null : <ImportMenu />} />
      {isEmpty ? (
        <FirstCluster publicUrl={publicUrl} />
      ) : (
        <DataTable
          label={t('table.label')}
          columns={columns}
          idOf={(cluster) => cluster.id}
          hrefOf={(cluster) => `/clusters/${cluster.id}`}
          page={page}
          state={state}
          toolbar={<Toolbar state={state} />}
          empty={null}
          actions={{ nameOf: (cluster) => cluster.name, entriesOf }}
        />
      )}
      {edit.subject ? (
        <EditClusterDialog
          key={`edit ${edit.key}`}
          cluster={edit.subject}
          open={edit.isOpen}
          onOpenChange={edit.setOpen}
        />
      ) : null}
      {remove.subject ? (
        <RemoveClusterDialog
          key={`remove ${remove.key}`}
          cluster={remove.subject}
          open={remove.isOpen}
          onOpenChange={remove.setOpen}
        />
      ) : null}
    </>
  )
}

function Toolbar({ state }: { state: TableState }) {
  const t = useTranslations('clusters')
  const severityOf = useTranslations('inspections.severities')
  return (
    <div className="flex flex-wrap items-center gap-2">
      <TableToolbar
        state={state}
        searchLabel={t('table.search')}
        filters={[
          {
            id: 'state',
            label: t('table.state'),
            options: clusterStates.map((value) => ({ value, label: t(`states.${value}`) })),
          },
          {
            id: 'severity',
            label: t('table.severity'),
            options: severities.toReversed().map((value) => ({ value, label: severityOf(value) })),
          },
        ]}
      />
      <FilterInput
        state={state}
        id="version"
        label={t('table.versionFilter')}
        placeholder={t('table.versionExample')}
        pattern={versionPattern}
        className="w-28"
      />
      <FilterInput
        state={state}
        id="label"
        label={t('table.labelFilter')}
        placeholder={t('table.labelExample')}
        pattern={labelPattern}
        className="w-40"
      />
    </div>
  )
}

/** Looks from the list: what came of it is told in passing, with the way to the whole. */
function useToldLook(): (cluster: ClusterView) => void {
  const t = useTranslations('clusters.changes')
  const { look } = useClusterChanges()
  return async (cluster) => {
    const { name } = cluster
    const running = t('looking', { name })
    toast.info(running)
    const diagnosis = await look(cluster)
    if (!diagnosis) return
    const { membersUp: up, membersTotal: total } = diagnosis.summary
    if (diagnosis.isUsable) toast.ok(t('looked', { name, up, total }))
    else toast.warn(t('lookedInVain', { name }))
  }
}
