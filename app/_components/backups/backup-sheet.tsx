'use client'

import { Ellipsis } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { useLastShown } from '#app/_components/ui/use-last-shown.ts'
import { useLive } from '#app/(console)/_components/live/live-provider.tsx'
import type { BackupView } from '#lib/contracts/backup-catalogue.ts'
import { backupDetailView } from '#lib/contracts/backup-catalogue.ts'
import { useApiQuery, useRefresh } from '../api/use-api-query.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FailureAlert } from '../ui/failure-alert.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import type { MenuAction } from '../ui/menu.tsx'
import { Menu } from '../ui/menu.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import { BackupWhole } from './backup-whole.tsx'
import { useBackupActions } from './use-backup-actions.tsx'
import type { ShownBackup } from './use-shown-backup.ts'

const answer = z.object({ data: backupDetailView })

interface BackupSheetProps {
  shown: ShownBackup
  /** Those the page lists already: the sheet opens with the right title and actions. */
  known: readonly BackupView[]
}

/** One backup, whole, beside the page, with what can be done with it; it goes on changing while it is read. */
export function BackupSheet({ shown, known }: BackupSheetProps) {
  const { id, close } = shown
  const lastId = useLastShown(id)
  if (lastId === null) return null
  return (
    <Opened
      key={lastId}
      id={lastId}
      isOpen={id !== null}
      close={close}
      known={known.find((backup) => backup.id === lastId)}
    />
  )
}

interface OpenedProps {
  id: string
  isOpen: boolean
  close: () => void
  known: BackupView | undefined
}

function Opened({ id, isOpen, close, known }: OpenedProps) {
  const t = useTranslations('backups.sheet')
  const backup = useBackup(id, isOpen)
  const isGone = backup.error?.status === 404 || backup.error?.status === 400
  const detail = isGone ? undefined : backup.data?.data
  const shown = isGone ? undefined : (detail ?? known)
  return (
    <Sheet
      title={shown ? t('titleOf', { name: shown.clusterName }) : t('title')}
      open={isOpen}
      onOpenChange={(next) => {
        if (!next) close()
      }}
      size="wide"
      {...(shown ? { footer: <Ways backup={shown} /> } : {})}
    >
      {isGone ? <EmptyState title={t('goneTitle')} description={t('gone')} /> : <FailureAlert error={backup.error} />}
      {detail ? <BackupWhole backup={detail} /> : null}
      {!detail && backup.isPending ? <Waiting /> : null}
    </Sheet>
  )
}

function useBackup(id: string, isOpen: boolean) {
  const path = `/backups/${encodeURIComponent(id)}`
  const refresh = useRefresh()
  useLive(['backup.*', 'drill.*', 'storage-target.*'], () => {
    if (isOpen) void refresh(path)
  })
  return useApiQuery(path, answer, { enabled: isOpen })
}

function Waiting() {
  const t = useTranslations('backups.sheet')
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className="sr-only">
        {t('loading')}
      </p>
      <Skeleton className="w-4/5" />
      <Skeleton className="w-3/5" />
      <Skeleton className="w-2/3" />
    </div>
  )
}

/** What is done most often as buttons, the rest behind one. */
function Ways({ backup }: { backup: BackupView }) {
  const t = useTranslations('backups.actions')
  const actions = useBackupActions()
  return (
    <>
      <Menu
        side="top"
        align="start"
        trigger={<IconButton label={t('more')} icon={<Ellipsis aria-hidden="true" />} className="mr-auto" />}
        entries={[actions.pin(backup), actions.remove(backup)]}
      />
      <ActionButton action={actions.prove(backup)} />
      <ActionButton action={actions.download(backup)} isMain />
      {actions.dialogs}
    </>
  )
}

function ActionButton({ action, isMain = false }: { action: MenuAction; isMain?: boolean }) {
  const { label, icon, onSelect, disabled = false, description } = action
  const button = (
    <Button
      variant={isMain ? 'primary' : 'secondary'}
      icon={icon}
      aria-disabled={disabled}
      onClick={disabled ? undefined : onSelect}
      className={disabled ? 'opacity-55' : ''}
    >
      {label}
    </Button>
  )
  return disabled ? <Tooltip content={description}>{button}</Tooltip> : button
}
