'use client'

import { MailPlus, Undo2, UserPlus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { useApiMutation } from '#app/_components/api/use-api-query.ts'
import type { Column } from '#app/_components/table/column.ts'
import { DataTable } from '#app/_components/table/data-table.tsx'
import { useTableState } from '#app/_components/table/table-state.ts'
import { TableToolbar } from '#app/_components/table/table-toolbar.tsx'
import { useTablePage } from '#app/_components/table/use-table-page.ts'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { ConfirmDialog } from '#app/_components/ui/confirm-dialog.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import type { Tone } from '#app/_components/ui/tone.tsx'
import { RoleBadge } from '#app/(console)/_components/role-badge.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import type { SubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import { useSubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import type { FirstPage } from '#app/(console)/_visit/first-page.ts'
import type { InvitationView } from '#lib/contracts/invitations.ts'
import { invitationStates, invitationView } from '#lib/contracts/invitations.ts'

export interface InvitationsTableProps {
  initialPage: FirstPage<InvitationView> | undefined
  onInvite: () => void
}

const filters = ['state'] as const
const choices = { state: invitationStates }
const tones: Record<InvitationView['state'], Tone> = {
  pending: 'info',
  accepted: 'ok',
  expired: 'warn',
  revoked: 'neutral',
}

/** Invitations in every state, the newest first. */
export function InvitationsTable({ initialPage, onInvite }: InvitationsTableProps) {
  const t = useTranslations('members.invitations')
  const { can } = usePermissions()
  const columns = useColumns()
  const state = useTableState({ filters, choices, prefix: 'in-' })
  const page = useTablePage({
    path: '/invitations',
    row: invitationView,
    state,
    ...(initialPage ? { initialPage } : {}),
  })
  const revoking = useSubjectDialog<InvitationView>()
  const canRevoke = can('invitations:write')
  return (
    <>
      <DataTable
        label={t('label')}
        columns={columns}
        idOf={(invitation) => invitation.id}
        page={page}
        state={state}
        toolbar={<Toolbar state={state} />}
        empty={<NoInvitation onInvite={canRevoke ? onInvite : undefined} />}
        actions={{
          nameOf: (invitation) => invitation.email,
          entriesOf: (invitation) =>
            invitation.state === 'pending' && canRevoke
              ? [
                  {
                    id: 'revoke',
                    label: t('revoke'),
                    icon: <Undo2 aria-hidden="true" />,
                    tone: 'danger',
                    onSelect: () => revoking.open(invitation),
                  },
                ]
              : [],
        }}
      />
      <RevokeDialog dialog={revoking} />
    </>
  )
}

function Toolbar({ state }: { state: ReturnType<typeof useTableState> }) {
  const t = useTranslations('members.invitations')
  const options = invitationStates.map((value) => ({ value, label: t(`states.${value}`) }))
  return <TableToolbar state={state} filters={[{ id: 'state', label: t('state'), options }]} />
}

function NoInvitation({ onInvite }: { onInvite: (() => void) | undefined }) {
  const t = useTranslations('members')
  const button = (
    <Button variant="primary" icon={<UserPlus aria-hidden="true" />} onClick={onInvite}>
      {t('invite.open')}
    </Button>
  )
  return (
    <EmptyState
      icon={<MailPlus aria-hidden="true" />}
      title={t('invitations.empty')}
      description={t('invitations.emptyDescription')}
      action={onInvite ? button : undefined}
      steps={[
        { title: t('invitations.steps.inviteTitle'), description: t('invitations.steps.invite') },
        { title: t('invitations.steps.handTitle'), description: t('invitations.steps.hand') },
        { title: t('invitations.steps.joinTitle'), description: t('invitations.steps.join') },
      ]}
    />
  )
}

function RevokeDialog({ dialog }: { dialog: SubjectDialog<InvitationView> }) {
  const t = useTranslations('members.invitations')
  const revoke = useApiMutation({ invalidates: ['/invitations', '/usage'] })
  const { subject: invitation } = dialog
  if (!invitation) return null
  return (
    <ConfirmDialog
      key={dialog.key}
      open={dialog.isOpen}
      onOpenChange={dialog.setOpen}
      title={t('revokeTitle', { email: invitation.email })}
      description={t('revokeDescription')}
      confirmLabel={t('revoke')}
      onConfirm={async () => {
        await revoke.mutateAsync({ method: 'DELETE', path: `/invitations/${invitation.id}` })
        toast.ok(t('revoked', { email: invitation.email }))
      }}
    />
  )
}

function useColumns(): readonly Column<InvitationView>[] {
  const t = useTranslations('members.invitations')
  return useMemo(
    () => [
      {
        id: 'email',
        header: t('email'),
        width: '34%',
        isTitle: true,
        clip: ({ email }) => email,
        cell: ({ email }) => email,
      },
      { id: 'role', header: t('role'), cell: ({ role }) => <RoleBadge role={role} /> },
      {
        id: 'state',
        header: t('state'),
        cell: ({ state }) => <Badge tone={tones[state]}>{t(`states.${state}`)}</Badge>,
      },
      {
        id: 'invitedBy',
        header: t('invitedBy'),
        width: '22%',
        hideBelow: 'lg',
        clip: ({ invitedBy }) => invitedBy,
        cell: ({ invitedBy }) => invitedBy,
      },
      {
        id: 'mailed',
        header: t('mailed'),
        hideBelow: 'lg',
        cell: ({ mailedAt }) => (mailedAt ? <Time value={mailedAt} /> : t('notMailed')),
      },
      { id: 'expires', header: t('expires'), cell: ({ expiresAt }) => <Time value={expiresAt} /> },
    ],
    [t],
  )
}
