'use client'

import { useTranslations } from 'next-intl'
import { Button, ButtonLink } from '#app/_components/ui/button.tsx'
import { Dialog, DialogClose } from '#app/_components/ui/dialog.tsx'
import { useMe } from '#app/(console)/_components/me-provider.tsx'
import { useSwitchTeam } from './use-switch-team.ts'

export interface LastOwnerDialogProps {
  team: { id: string; name: string }
  open: boolean
  onOpenChange: (open: boolean) => void
}

const settingsPath = '/team'

/** Tells the last owner of a team why they cannot leave it, and what to do instead. */
export function LastOwnerDialog({ team, open, onOpenChange }: LastOwnerDialogProps) {
  const t = useTranslations('members.leave')
  const ui = useTranslations('ui')
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('lastOwnerTitle', { team: team.name })}
      description={t('lastOwnerDescription')}
      footer={
        <>
          <ToSettings teamId={team.id} />
          <DialogClose>
            <Button variant="primary">{ui('close')}</Button>
          </DialogClose>
        </>
      }
    />
  )
}

/** The settings show the current team: for another one the way there switches first. */
function ToSettings({ teamId }: { teamId: string }) {
  const t = useTranslations('members.leave')
  const switchTo = useSwitchTeam()
  if (useMe().team?.id === teamId) return <ButtonLink href={settingsPath}>{t('toTeam')}</ButtonLink>
  return <Button onClick={() => switchTo(teamId, settingsPath)}>{t('toTeam')}</Button>
}
