'use client'

import { useTranslations } from 'next-intl'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { useFirstField } from '../use-first-field.ts'
import { CreateTeamForm } from './create-team-form.tsx'

export function CreateTeamDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations('shell.teams')
  const { initialFocus, fieldsRef } = useFirstField()
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      modalOnly
      initialFocus={initialFocus}
      title={t('createTitle')}
      description={t('createDescription')}
    >
      <div ref={fieldsRef}>
        <CreateTeamForm />
      </div>
    </Dialog>
  )
}
