'use client'

import { KeyRound, LogOut, UserCog, UserMinus, Users } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useMemo } from 'react'
import type { Column } from '#app/_components/table/column.ts'
import { DataTable } from '#app/_components/table/data-table.tsx'
import { useTableState } from '#app/_components/table/table-state.ts'
import { TableToolbar } from '#app/_components/table/table-toolbar.tsx'
import { useTablePage } from '#app/_components/table/use-table-page.ts'
import { Avatar } from '#app/_components/ui/avatar.tsx'
import { Badge } from '#app/_components/ui/badge.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import type { MenuEntry } from '#app/_components/ui/menu.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { useMe, useTeam } from '#app/(console)/_components/me-provider.tsx'
import { RoleBadge } from '#app/(console)/_components/role-badge.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import type { SubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import { useSubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import type { FirstPage } from '#app/(console)/_visit/first-page.ts'
import type { MemberView } from '#lib/contracts/members.ts'
import { memberView } from '#lib/contracts/members.ts'
import { roles } from '#lib/contracts/roles.ts'
import { mayGrant } from '#lib/tenancy/permissions.ts'
import { ChangeRoleDialog } from './change-role-dialog.tsx'
import { LeaveTeamDialog } from './leave-team-dialog.tsx'
import { AboutOne } from './member-dialog.tsx'
import { RemoveMemberDialog } from './remove-member-dialog.tsx'
import { ResetLinkDialog } from './reset-link-dialog.tsx'

const filters = ['q', 'role'] as const
const choices = { role: roles }

/** The members of the team, with what the visitor may do about each. */
export function MembersTable({ initialPage }: { initialPage: FirstPage<MemberView> | undefined }) {
  const t = useTranslations('members')
  const roleNames = useTranslations('shell.roles')
  const columns = useColumns()
  const state = useTableState({ filters, choices })
  const page = useTablePage({ path: '/members', row: memberView, state, ...(initialPage ? { initialPage } : {}) })
  const dialogs = {
    role: useSubjectDialog<MemberView>(),
    reset: useSubjectDialog<MemberView>(),
    remove: useSubjectDialog<MemberView>(),
    leave: useSubjectDialog<MemberView>(),
  }
  const entriesOf = useEntries(dialogs)
  return (
    <>
      <DataTable
        label={t('table.label')}
        columns={columns}
        idOf={(member) => member.userId}
        page={page}
        state={state}
        toolbar={
          <TableToolbar
            state={state}
            searchLabel={t('table.search')}
            filters={[
              {
                id: 'role',
                label: t('table.role'),
                options: roles.map((value) => ({ value, label: roleNames(value) })),
              },
            ]}
          />
        }
        empty={<EmptyState icon={<Users aria-hidden="true" />} title={t('table.empty')} />}
        actions={{ nameOf: (member) => member.name, entriesOf }}
      />
      <AboutOne dialog={dialogs.role} Dialog={ChangeRoleDialog} />
      <AboutOne dialog={dialogs.reset} Dialog={ResetLinkDialog} />
      <AboutOne dialog={dialogs.remove} Dialog={RemoveMemberDialog} />
      <AboutOne dialog={dialogs.leave} Dialog={LeaveTeamDialog} />
    </>
  )
}

type ActionId = 'role' | 'reset' | 'remove' | 'leave'

const icons: Record<ActionId, ReactNode> = {
  role: <UserCog aria-hidden="true" />,
  reset: <KeyRound aria-hidden="true" />,
  remove: <UserMinus aria-hidden="true" />,
  leave: <LogOut aria-hidden="true" />,
}

/** What the visitor may do about a member: nothing about somebody above them. What ends a membership stands apart. */
function useEntries(dialogs: Record<ActionId, SubjectDialog<MemberView>>): (member: MemberView) => MenuEntry[] {
  const t = useTranslations('members.actions')
  const { id: ownId } = useMe()
  const { role: ownRole } = useTeam()
  const { can } = usePermissions()
  return (member) => {
    const isMe = member.userId === ownId
    const isInReach = can('members:write') && mayGrant(ownRole, member.role)
    const canReset = can('members:reset') && !isMe
    const gentle: ActionId[] = [...only('role', isInReach), ...only('reset', canReset)]
    const final: ActionId[] = isMe ? ['leave'] : only('remove', isInReach)
    const common = (id: ActionId) => ({ id, label: t(id), icon: icons[id], onSelect: () => dialogs[id].open(member) })
    return [
      ...gentle.map(common),
      ...(gentle.length > 0 && final.length > 0 ? [{ id: 'line', separator: true as const }] : []),
      ...final.map((id) => ({ ...common(id), tone: 'danger' as const })),
    ]
  }
}

function only(id: ActionId, isOffered: boolean): ActionId[] {
  return isOffered ? [id] : []
}

function useColumns(): readonly Column<MemberView>[] {
  const t = useTranslations('members.table')
  const { id: ownId } = useMe()
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('name'),
        isTitle: true,
        cell: (member) => (
          <span className="flex min-w-0 items-center gap-2.5">
            <Avatar name={member.name} size="sm" />
            <span className="min-w-0 font-medium">{member.name}</span>
            {member.userId === ownId ? <Badge icon={null}>{t('you')}</Badge> : null}
          </span>
        ),
      },
      {
        id: 'email',
        header: t('email'),
        width: '40%',
        clip: (member) => member.email,
        cell: (member) => member.email,
      },
      { id: 'role', header: t('role'), cell: (member) => <RoleBadge role={member.role} /> },
      { id: 'joined', header: t('joined'), cell: (member) => <Time value={member.joinedAt} /> },
    ],
    [t, ownId],
  )
}
