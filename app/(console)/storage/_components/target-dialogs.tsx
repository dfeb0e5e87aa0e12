'use client'

import { useTranslations } from 'next-intl'
import { useApiMutation } from '#app/_components/api/use-api-query.ts'
import { ConfirmDialog } from '#app/_components/ui/confirm-dialog.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import type { SubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import type { TargetView } from '#lib/contracts/storage-targets.ts'

interface TargetDialogProps {
  dialog: SubjectDialog<TargetView>
}

const madeOld = ['/storage-targets', '/backup-settings', '/usage']

/** Asks before backups go elsewhere than before. */
export function DefaultTargetDialog({ dialog }: TargetDialogProps) {
  const t = useTranslations('storage.actions')
  const change = useApiMutation({ invalidates: madeOld })
  const { subject: target } = dialog
  if (!target) return null
  const { id, name } = target
  return (
    <ConfirmDialog
      key={dialog.key}
      open={dialog.isOpen}
      onOpenChange={dialog.setOpen}
      tone="primary"
      title={t('defaultTitle', { name })}
      description={t('defaultDescription')}
      confirmLabel={t('defaultSubmit')}
      onConfirm={async () => {
        await change.mutateAsync({ method: 'PATCH', path: `/storage-targets/${id}`, body: { isDefault: true } })
        toast.ok(t('madeDefault', { name }))
      }}
    />
  )
}

/** Asks before the way to a place is forgotten. */
export function RemoveTargetDialog({ dialog }: TargetDialogProps) {
  const t = useTranslations('storage.actions')
  const remove = useApiMutation({ invalidates: madeOld })
  const { subject: target } = dialog
  if (!target) return null
  const { id, name, isDefault } = target
  return (
    <ConfirmDialog
      key={dialog.key}
      open={dialog.isOpen}
      onOpenChange={dialog.setOpen}
      title={t('removeTitle', { name })}
      description={t('removeDescription')}
      losses={[t('lossKeys'), ...(isDefault ? [t('lossDefault')] : [])]}
      typedName={name}
      confirmLabel={t('removeSubmit')}
      onConfirm={async (confirmName) => {
        await remove.mutateAsync({ method: 'DELETE', path: `/storage-targets/${id}`, body: { confirmName } })
        toast.ok(t('removed', { name }))
      }}
    />
  )
}
