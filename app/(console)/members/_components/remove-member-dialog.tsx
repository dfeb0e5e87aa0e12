'use client'

import { useTranslations } from 'next-intl'
import { useApiMutation } from '#app/_components/api/use-api-query.ts'
import { ConfirmDialog } from '#app/_components/ui/confirm-dialog.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { useTeam } from '#app/(console)/_components/me-provider.tsx'
import type { MemberDialogProps } from './member-dialog.tsx'
import { useLosses } from './use-losses.ts'

/** Takes somebody out of the team, after naming what ends with it. */
export function RemoveMemberDialog({ member, open, onOpenChange }: MemberDialogProps) {
  const t = useTranslations('members.remove')
  const { name: team } = useTeam()
  const losses = useLosses(member, open)
  const remove = useApiMutation({ invalidates: ['/members', '/usage', '/api-keys'] })
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('title', { name: member.name, team })}
      description={t('description')}
      losses={losses}
      confirmLabel={t('submit')}
      onConfirm={async () => {
        await remove.mutateAsync({ method: 'DELETE', path: `/members/${member.userId}` })
        toast.ok(t('done', { name: member.name }))
      }}
    />
  )
}
