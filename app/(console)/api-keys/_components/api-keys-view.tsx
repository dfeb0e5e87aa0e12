'use client'

import { Ban, BookOpen, KeyRound, Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '#app/_components/api/use-api-query.ts'
import { DataTable } from '#app/_components/table/data-table.tsx'
import type { TableState } from '#app/_components/table/table-state.ts'
import { useTableState } from '#app/_components/table/table-state.ts'
import { TableToolbar } from '#app/_components/table/table-toolbar.tsx'
import { useTablePage } from '#app/_components/table/use-table-page.ts'
import { Button, ButtonLink } from '#app/_components/ui/button.tsx'
import { ConfirmDialog } from '#app/_components/ui/confirm-dialog.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { useNewDialog } from '#app/(console)/_components/use-new-dialog.ts'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import type { SubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import { useSubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import type { FirstPage } from '#app/(console)/_visit/first-page.ts'
import type { ApiKeyView } from '#lib/contracts/api-keys.ts'
import { apiKeyStates, apiKeyView } from '#lib/contracts/api-keys.ts'
import { useApiKeyColumns } from './api-key-columns.tsx'
import { CreateKeyDialog } from './create-key-dialog.tsx'

const filters = ['state'] as const
const choices = { state: apiKeyStates }

/** The keys with which programs act in the team. */
export function ApiKeysView({ initialPage }: { initialPage: FirstPage<ApiKeyView> | undefined }) {
  const t = useTranslations('api-keys')
  const { can } = usePermissions()
  const [isCreating, setCreating] = useNewDialog()
  const columns = useApiKeyColumns()
  const state = useTableState({ filters, choices })
  const page = useTablePage({ path: '/api-keys', row: apiKeyView, state, ...(initialPage ? { initialPage } : {}) })
  const revoking = useSubjectDialog<ApiKeyView>()
  const canWrite = can('api-keys:write')
  const create = canWrite ? (
    <Button variant="primary" icon={<Plus aria-hidden="true" />} onClick={() => setCreating(true)}>
      {t('create.open')}
    </Button>
  ) : null
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <>
            <ButtonLink href="/api-docs" icon={<BookOpen aria-hidden="true" />}>
              {t('docs')}
            </ButtonLink>
            {create}
          </>
        }
      />
      <DataTable
        label={t('title')}
        columns={columns}
        idOf={(key) => key.id}
        page={page}
        state={state}
        toolbar={<Toolbar state={state} />}
        empty={<NoKey action={create} />}
        actions={{
          nameOf: (key) => key.name,
          entriesOf: (key) =>
            key.state === 'active' && canWrite
              ? [
                  {
                    id: 'revoke',
                    label: t('revoke.open'),
                    icon: <Ban aria-hidden="true" />,
                    tone: 'danger',
                    onSelect: () => revoking.open(key),
                  },
                ]
              : [],
        }}
      />
      <RevokeDialog dialog={revoking} />
      {canWrite ? <CreateKeyDialog open={isCreating} onOpenChange={setCreating} /> : null}
    </>
  )
}

function Toolbar({ state }: { state: TableState }) {
  const t = useTranslations('api-keys')
  const options = apiKeyStates.map((value) => ({ value, label: t(`states.${value}`) }))
  return <TableToolbar state={state} filters={[{ id: 'state', label: t('table.state'), options }]} />
}

function NoKey({ action }: { action: React.ReactNode }) {
  const t = useTranslations('api-keys.empty')
  return (
    <EmptyState
      icon={<KeyRound aria-hidden="true" />}
      title={t('title')}
      description={t('description')}
      action={action}
      steps={[
        { title: t('scopesTitle'), description: t('scopes') },
        { title: t('copyTitle'), description: t('copy') },
        { title: t('useTitle'), description: t('use') },
      ]}
    />
  )
}

function RevokeDialog({ dialog }: { dialog: SubjectDialog<ApiKeyView> }) {
  const t = useTranslations('api-keys.revoke')
  const revoke = useApiMutation({ invalidates: ['/api-keys', '/usage'] })
  const { subject: key } = dialog
  if (!key) return null
  return (
    <ConfirmDialog
      key={dialog.key}
      open={dialog.isOpen}
      onOpenChange={dialog.setOpen}
      title={t('title', { name: key.name })}
      description={t('description')}
      losses={[t('loss', { prefix: key.prefix })]}
      confirmLabel={t('submit')}
      onConfirm={async () => {
        await revoke.mutateAsync({ method: 'DELETE', path: `/api-keys/${key.id}` })
        toast.ok(t('done', { name: key.name }))
      }}
    />
  )
}
