'use client'

import { useTranslations } from 'next-intl'
import { Button } from '#app/_components/ui/button.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { Sheet } from '#app/_components/ui/sheet.tsx'
import { useLastShown } from '#app/_components/ui/use-last-shown.ts'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import type { TargetView } from '#lib/contracts/storage-targets.ts'
import { TargetWhole } from './target-whole.tsx'
import type { ShownTarget } from './use-shown-target.ts'
import type { TargetActions } from './use-target-actions.tsx'

interface TargetSheetProps {
  shown: ShownTarget
  targets: readonly TargetView[]
  actions: TargetActions
}

/** One place for backups, whole, beside the list; it goes on changing while it is read. */
export function TargetSheet({ shown, targets, actions }: TargetSheetProps) {
  const t = useTranslations('storage.sheet')
  const { id, close } = shown
  const lastId = useLastShown(id)
  if (lastId === null) return null
  const target = targets.find((one) => one.id === lastId)
  return (
    <Sheet
      title={target?.name ?? t('goneTitle')}
      open={id !== null}
      onOpenChange={(next) => {
        if (!next) close()
      }}
      size="wide"
      {...(target ? { footer: <Ways target={target} actions={actions} /> } : {})}
    >
      {target ? <TargetWhole target={target} /> : <EmptyState title={t('goneTitle')} description={t('gone')} />}
    </Sheet>
  )
}

function Ways({ target, actions }: { target: TargetView; actions: TargetActions }) {
  const t = useTranslations('storage.actions')
  const { whyNot } = usePermissions()
  const reason = whyNot('storage-targets:write')
  if (reason) return <p className="text-muted text-sm">{reason}</p>
  return (
    <>
      <Button loading={actions.isProbing(target)} onClick={() => actions.probe(target)}>
        {t('probe')}
      </Button>
      <Button variant="primary" onClick={() => actions.edit(target)}>
        {t('edit')}
      </Button>
    </>
  )
}
