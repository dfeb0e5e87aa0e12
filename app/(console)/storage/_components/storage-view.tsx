'use client'

import { Archive, Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { useApiQuery } from '#app/_components/api/use-api-query.ts'
import { DataTable } from '#app/_components/table/data-table.tsx'
import { staticPage } from '#app/_components/table/use-table-page.ts'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import type { TargetView } from '#lib/contracts/storage-targets.ts'
import { targetView } from '#lib/contracts/storage-targets.ts'
import { TargetSheet } from './target-sheet.tsx'
import { useShownTarget } from './use-shown-target.ts'
import { useTargetActions } from './use-target-actions.tsx'
import { useTargetColumns } from './use-target-columns.tsx'

const answer = z.object({ data: z.array(targetView) })

/** The places backups of the team go to. */
export function StorageView({ initial }: { initial: TargetView[] }) {
  const t = useTranslations('storage')
  const { can, whyNot } = usePermissions()
  const { data, error } = useApiQuery('/storage-targets', answer, { initialData: { data: initial } })
  const shown = useShownTarget()
  const columns = useTargetColumns(shown.open)
  const actions = useTargetActions()
  const targets = data?.data ?? initial
  const canWrite = can('storage-targets:write')
  const add = canWrite ? (
    <ButtonLink variant="primary" href="/storage/new" icon={<Plus aria-hidden="true" />}>
      {t('add')}
    </ButtonLink>
  ) : null
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={add} />
      <div className="flex flex-col gap-4">
        <FailureAlert error={error} />
        <DataTable
          label={t('table.label')}
          columns={columns}
          idOf={(target) => target.id}
          page={staticPage(targets)}
          empty={<NoTarget action={add ?? whyNot('storage-targets:write')} />}
          actions={{ nameOf: ({ name }) => name, entriesOf: (target) => (canWrite ? actions.entriesOf(target) : []) }}
        />
      </div>
      <TargetSheet shown={shown} targets={targets} actions={actions} />
      {actions.dialogs}
    </>
  )
}

function NoTarget({ action }: { action: React.ReactNode }) {
  const t = useTranslations('storage.empty')
  return (
    <EmptyState
      icon={<Archive aria-hidden="true" />}
      title={t('title')}
      description={t('description')}
      action={action}
      steps={[
        { title: t('steps.chooseTitle'), description: t('steps.choose') },
        { title: t('steps.checkTitle'), description: t('steps.check') },
        { title: t('steps.protectTitle'), description: t('steps.protect') },
      ]}
    />
  )
}
