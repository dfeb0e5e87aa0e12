'use client'

import { useTranslations } from 'next-intl'
import { useApiMutation } from '#app/_components/api/use-api-query.ts'
import { ConfirmDialog } from '#app/_components/ui/confirm-dialog.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import type { ClusterView } from '#lib/contracts/clusters.ts'

export interface RemoveClusterDialogProps {
  cluster: Pick<ClusterView, 'id' | 'name'>
  open: boolean
  onOpenChange: (open: boolean) => void
  onRemoved?: () => void
}

/** Forgets a cluster, after saying what is forgotten and what is not touched. */
export function RemoveClusterDialog({ cluster, open, onOpenChange, onRemoved }: RemoveClusterDialogProps) {
  const t = useTranslations('clusters.remove')
  const { id, name } = cluster
  const remove = useApiMutation({ invalidates: ['/clusters', '/usage'] })
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('title', { name })}
      description={t('description')}
      losses={[t('credentials'), t('seen'), t('schedules')]}
      typedName={name}
      confirmLabel={t('submit')}
      onConfirm={async (confirmName) => {
        await remove.mutateAsync({ method: 'DELETE', path: `/clusters/${id}`, body: { confirmName } })
        toast.ok(t('done', { name }))
        onRemoved?.()
      }}
    />
  )
}
