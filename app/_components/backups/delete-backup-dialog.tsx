'use client'

import { useFormatter, useTranslations } from 'next-intl'
import type { SubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import type { BackupView } from '#lib/contracts/backup-catalogue.ts'
import { useApiMutation } from '../api/use-api-query.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { toast } from '../ui/toast.tsx'
import { useQuantityText } from './use-quantity-text.ts'

/** Asks before a backup is deleted: says what is lost with it, and wants the name of its cluster. */
export function DeleteBackupDialog({ dialog }: { dialog: SubjectDialog<BackupView> }) {
  const t = useTranslations('backups.actions')
  const losses = useLosses(dialog.subject)
  const remove = useApiMutation({ invalidates: ['/backups', '/storage-targets'] })
  const { subject: backup } = dialog
  if (!backup) return null
  return (
    <ConfirmDialog
      key={dialog.key}
      open={dialog.isOpen}
      onOpenChange={dialog.setOpen}
      title={t('deleteTitle', { name: backup.clusterName })}
      description={t('deleteDescription')}
      losses={losses}
      typedName={backup.clusterName}
      confirmLabel={t('deleteSubmit')}
      onConfirm={async (confirmName) => {
        await remove.mutateAsync({ method: 'DELETE', path: `/backups/${backup.id}`, body: { confirmName } })
        toast.ok(t('deleted'))
      }}
    />
  )
}

function useLosses(backup: BackupView | undefined): string[] {
  const t = useTranslations('backups.actions')
  const format = useFormatter()
  const { size, wide } = useQuantityText()
  if (!backup) return []
  const { clusterName: name, revision, keys, sizeBytes, takenAt, createdAt, proof } = backup
  const time = format.dateTime(new Date(takenAt ?? createdAt), { dateStyle: 'medium', timeStyle: 'short' })
  return [
    revision === null ? t('lossBackupUnknown', { time }) : t('lossBackup', { name, revision: wide(revision), time }),
    ...(keys !== null && sizeBytes !== null ? [t('lossKeys', { keys: wide(keys), size: size(sizeBytes) })] : []),
    ...(proof?.state === 'proven' ? [t('lossProof')] : []),
  ]
}
