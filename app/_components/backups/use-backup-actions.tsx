'use client'

import { Download, FlaskConical, Pin, PinOff, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import { useSubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import type { BackupView } from '#lib/contracts/backup-catalogue.ts'
import { useApiMutation } from '../api/use-api-query.ts'
import { useFailureText } from '../ui/failure-alert.tsx'
import type { MenuAction } from '../ui/menu.tsx'
import { toast } from '../ui/toast.tsx'
import { DeleteBackupDialog } from './delete-backup-dialog.tsx'
import { useBackupDownload } from './use-backup-download.ts'

export interface BackupActions {
  download: (backup: BackupView) => MenuAction
  prove: (backup: BackupView) => MenuAction
  pin: (backup: BackupView) => MenuAction
  remove: (backup: BackupView) => MenuAction
  /** All of them, as the menu of a row shows them. */
  entriesOf: (backup: BackupView) => MenuAction[]
  /** Draw it once beside what offers the actions. */
  dialogs: ReactNode
}

/** What can be done with a backup; what cannot says why. */
export function useBackupActions(): BackupActions {
  const t = useTranslations('backups.actions')
  const { whyNot } = usePermissions()
  const run = useRuns()
  const deleting = useSubjectDialog<BackupView>()

  const isUnderWay = ({ state }: BackupView) => state === 'pending' || state === 'running'
  const goneReason = ({ deletingAt }: BackupView) => (deletingAt === null ? undefined : t('deleting'))
  const offered = (backup: BackupView) =>
    goneReason(backup) ?? (backup.state === 'verified' ? undefined : t('onlyVerified'))

  const action = (entry: Omit<MenuAction, 'disabled' | 'description'>, reason: string | undefined): MenuAction =>
    reason === undefined ? entry : { ...entry, disabled: true, description: reason }

  const download = (backup: BackupView) =>
    action(
      {
        id: 'download',
        label: t('download'),
        icon: <Download aria-hidden="true" />,
        onSelect: () => run.download(backup),
      },
      whyNot('backups:download') ?? offered(backup),
    )
  const prove = (backup: BackupView) =>
    action(
      {
        id: 'prove',
        label: t('prove'),
        icon: <FlaskConical aria-hidden="true" />,
        onSelect: () => run.prove(backup),
      },
      whyNot('backups:write') ?? offered(backup),
    )
  const pin = (backup: BackupView) =>
    action(
      {
        id: 'pin',
        label: t(backup.isPinned ? 'unpin' : 'pin'),
        icon: backup.isPinned ? <PinOff aria-hidden="true" /> : <Pin aria-hidden="true" />,
        onSelect: () => run.pin(backup),
      },
      whyNot('backups:write') ?? goneReason(backup),
    )
  const remove = (backup: BackupView) =>
    action(
      {
        id: 'delete',
        label: t('delete'),
        icon: <Trash2 aria-hidden="true" />,
        tone: 'danger',
        onSelect: () => deleting.open(backup),
      },
      whyNot('backups:delete') ?? goneReason(backup) ?? (isUnderWay(backup) ? t('underWay') : undefined),
    )
  return {
    download,
    prove,
    pin,
    remove,
    entriesOf: (backup) => [download, prove, pin, remove].map((entryOf) => entryOf(backup)),
    dialogs: <DeleteBackupDialog dialog={deleting} />,
  }
}

/** The requests behind the actions; how they went is told by a toast. */
function useRuns() {
  const t = useTranslations('backups.actions')
  const textOf = useFailureText()
  const download = useBackupDownload()
  const change = useApiMutation({ invalidates: ['/backups', '/drills'] })
  return {
    download: ({ id }: BackupView) =>
      download.mutate(id, {
        onSuccess: (file) => toast.ok(t('downloading', { file })),
        onError: (error) => toast.failure(t('downloadFailed'), { description: textOf(error) }),
      }),
    prove: ({ id, clusterId }: BackupView) =>
      change.mutate(
        { method: 'POST', path: `/clusters/${clusterId}/drills`, body: { backupId: id } },
        {
          onSuccess: () => toast.ok(t('proving')),
          onError: (error) => toast.failure(t('proveFailed'), { description: textOf(error) }),
        },
      ),
    pin: ({ id, isPinned }: BackupView) =>
      change.mutate(
        { method: 'PUT', path: `/backups/${id}/pin`, body: { isPinned: !isPinned } },
        {
          onSuccess: () => toast.ok(t(isPinned ? 'unpinned' : 'pinned')),
          onError: (error) => toast.failure(t('pinFailed'), { description: textOf(error) }),
        },
      ),
  }
}
