'use client'

import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { useApiQuery } from '#app/_components/api/use-api-query.ts'
import type { TableState } from '#app/_components/table/table-state.ts'
import { TableToolbar } from '#app/_components/table/table-toolbar.tsx'
import { ClusterFilter } from '#app/(console)/findings/_components/cluster-filter.tsx'
import { backupStatuses } from '#lib/contracts/backups.ts'
import { targetView } from '#lib/contracts/storage-targets.ts'

const answer = z.object({ data: z.array(targetView) })

/** Narrows the catalogue to a state, a place, a cluster. */
export function BackupsToolbar({ state }: { state: TableState }) {
  const t = useTranslations('backups')
  const { data } = useApiQuery('/storage-targets', answer)
  const targets = data?.data ?? []
  return (
    <div className="flex flex-wrap items-center gap-2">
      <TableToolbar
        state={state}
        filters={[
          {
            id: 'state',
            label: t('filter.state'),
            options: backupStatuses.map((value) => ({ value, label: t(`states.${value}`) })),
          },
          {
            id: 'targetId',
            label: t('filter.target'),
            options: targets.map(({ id, name }) => ({ value: id, label: name })),
          },
        ]}
      />
      <ClusterFilter state={state} />
    </div>
  )
}
