'use client'

import { useTranslations } from 'next-intl'
import { useApiMutation } from '#app/_components/api/use-api-query.ts'
import { ConfirmDialog } from '#app/_components/ui/confirm-dialog.tsx'
import { useTeam } from '#app/(console)/_components/me-provider.tsx'
import { LastOwnerDialog } from '#app/(console)/_components/teams/last-owner-dialog.tsx'
import { useLastOwner } from '#app/(console)/_components/teams/use-last-owner.ts'
import type { MemberDialogProps } from './member-dialog.tsx'
import { useLosses } from './use-losses.ts'

/** Ends the visitor's own membership; tells the last owner what to do instead. */
export function LeaveTeamDialog(props: MemberDialogProps) {
  const team = useTeam()
  const { isKnown, isLastOwner } = useLastOwner(props.member.role, props.open)
  const open = props.open && isKnown
  if (isLastOwner) return <LastOwnerDialog team={team} open={open} onOpenChange={props.onOpenChange} />
  return <Leave {...props} open={open} />
}

function Leave({ member, open, onOpenChange }: MemberDialogProps) {
  const t = useTranslations('members.leave')
  const { name: team } = useTeam()
  const losses = useLosses(member, open)
  const leave = useApiMutation()
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('title', { team })}
      description={t('description')}
      losses={losses}
      confirmLabel={t('submit')}
      onConfirm={async () => {
        await leave.mutateAsync({ method: 'POST', path: '/team/leave' })
        // A full load: nothing of the team stays in memory.
        window.location.assign('/')
      }}
    />
  )
}
