'use client'

import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { useApiMutation, useApiQuery } from '#app/_components/api/use-api-query.ts'
import { Button, ButtonLink } from '#app/_components/ui/button.tsx'
import { ConfirmDialog } from '#app/_components/ui/confirm-dialog.tsx'
import { Dialog, DialogClose } from '#app/_components/ui/dialog.tsx'
import { useTeam } from '#app/(console)/_components/me-provider.tsx'
import { memberView } from '#lib/contracts/members.ts'
import type { MemberDialogProps } from './member-dialog.tsx'
import { useLosses } from './use-losses.ts'

const membersAnswer = z.object({ data: z.array(memberView), nextCursor: z.string().nullable() })
const twoOwners = { role: 'owner', limit: 2 } as const

/** Ends the visitor's own membership; tells the last owner what to do instead. */
export function LeaveTeamDialog(props: MemberDialogProps) {
  const isOwner = props.member.role === 'owner'
  const owners = useApiQuery('/members', membersAnswer, { query: twoOwners, enabled: props.open && isOwner })
  const isLastOwner = isOwner && owners.data?.data.length === 1
  return isLastOwner ? <LastOwner {...props} /> : <Leave {...props} />
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

function LastOwner({ open, onOpenChange }: MemberDialogProps) {
  const t = useTranslations('members.leave')
  const ui = useTranslations('ui')
  const { name: team } = useTeam()
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('lastOwnerTitle', { team })}
      description={t('lastOwnerDescription')}
      footer={
        <>
          <ButtonLink href="/team">{t('toTeam')}</ButtonLink>
          <DialogClose>
            <Button variant="primary">{ui('close')}</Button>
          </DialogClose>
        </>
      }
    />
  )
}
