'use client'

import { useTranslations } from 'next-intl'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { CreateTeamForm } from './create-team-form.tsx'

export function CreateTeamDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations('shell.teams')
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      modalOnly
      title={t('createTitle')}
      description={t('createDescription')}
    >
      <CreateTeamForm />
    </Dialog>
  )
}
