'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { z } from 'zod'
import { useApiQuery, useRefresh } from '#app/_components/api/use-api-query.ts'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { useLive } from '#app/(console)/_components/live/live-provider.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import { ImportState, isUnderWay } from '#app/(console)/clusters/import-file/_components/import-state.tsx'
import type { ClusterImportView } from '#lib/contracts/cluster-imports.ts'
import { clusterImportView } from '#lib/contracts/cluster-imports.ts'
import { ImportRows } from './import-rows.tsx'
import { ImportSummary } from './import-summary.tsx'

const answer = z.object({ data: clusterImportView })
const lookAgainMs = 1_000

/** One list: how far it is, what can be done with it, and its rows. */
export function ImportView({ initial }: { initial: ClusterImportView }) {
  const t = useTranslations('cluster-imports')
  const clusters = useTranslations('clusters')
  const { can } = usePermissions()
  const record = useImport(initial)
  const { format, rowsTotal, createdBy, state } = record
  return (
    <>
      <PageHeader
        title={record.fileName || t('pasted')}
        description={t('about', { format: t(`list.formats.${format}`), rows: rowsTotal, by: createdBy })}
        badges={<ImportState state={state} />}
        crumbs={[
          { label: clusters('title'), href: '/clusters' },
          ...(can('clusters:write') ? [{ label: t('title'), href: '/clusters/import-file' }] : []),
        ]}
        actions={
          isUnderWay(state) || state === 'checked' ? undefined : (
            <>
              {can('clusters:write') ? <ButtonLink href="/clusters/import-file">{t('another')}</ButtonLink> : null}
              <ButtonLink variant="primary" href="/clusters">
                {t('toClusters')}
              </ButtonLink>
            </>
          )
        }
      />
      <ImportSummary record={record} />
      <ImportRows record={record} />
    </>
  )
}

/** The import as it goes on; its rows are read again with it. */
function useImport(initial: ClusterImportView): ClusterImportView {
  const path = `/cluster-imports/${initial.id}`
  const refresh = useRefresh()
  const [isMoving, setMoving] = useState(isUnderWay(initial.state))
  const read = useApiQuery(path, answer, {
    initialData: { data: initial },
    ...(isMoving ? { refetchIntervalMs: lookAgainMs } : {}),
  })
  const record = read.data?.data ?? initial
  if (isUnderWay(record.state) !== isMoving) setMoving(!isMoving)
  useLive(['cluster-import.changed'], (event) => {
    if (event.payload.importId === initial.id) void refresh(path, `${path}/rows`)
  })
  return record
}
