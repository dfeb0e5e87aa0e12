'use client'

import { UserPlus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { z } from 'zod'
import { useApiQuery } from '#app/_components/api/use-api-query.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { Tabs } from '#app/_components/ui/tabs.tsx'
import { useNewDialog } from '#app/(console)/_components/use-new-dialog.ts'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import type { FirstPage } from '#app/(console)/_visit/first-page.ts'
import type { InvitationView } from '#lib/contracts/invitations.ts'
import type { MemberView } from '#lib/contracts/members.ts'
import { usageView } from '#lib/contracts/usage.ts'
import { InvitationsTable } from './invitations-table.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { MembersTable } from './members-table.tsx'

export interface MembersViewProps {
  members: FirstPage<MemberView> | undefined
  invitations: FirstPage<InvitationView> | undefined
  /** Whether this installation sends mail; without it links are handed over by hand. */
  hasMail: boolean
}

const tabNames = ['members', 'invitations'] as const
const usageAnswer = z.object({ data: usageView })

/** Who belongs to the team, and who has been asked to. */
export function MembersView({ members, invitations, hasMail }: MembersViewProps) {
  const t = useTranslations('members')
  const { can, whyNot } = usePermissions()
  const [isInviting, setInviting] = useNewDialog()
  const [tab, setTab] = useQueryState('tab', parseAsStringLiteral(tabNames).withDefault('members'))
  const counts = useCounts()
  const canInvite = can('invitations:write')
  const reason = whyNot('members:write')
  const invite = canInvite ? (
    <Button variant="primary" icon={<UserPlus aria-hidden="true" />} onClick={() => setInviting(true)}>
      {t('invite.open')}
    </Button>
  ) : null
  const list = <MembersTable initialPage={members} />

  return (
    <>
      <PageHeader
        title={t('title')}
        description={reason ? `${t('description')} ${t('readOnly', { reason })}` : t('description')}
        actions={invite}
      />
      {can('invitations:read') ? (
        <Tabs
          label={t('title')}
          value={tab}
          onValueChange={(next) => {
            void setTab(next === 'invitations' ? 'invitations' : null)
          }}
          tabs={[
            { value: 'members', label: t('tabs.members'), ...counts.members, content: list },
            {
              value: 'invitations',
              label: t('tabs.invitations'),
              ...counts.invitations,
              content: <InvitationsTable initialPage={invitations} onInvite={() => setInviting(true)} />,
            },
          ]}
        />
      ) : (
        list
      )}
      {canInvite ? <InviteDialog open={isInviting} onOpenChange={setInviting} hasMail={hasMail} /> : null}
    </>
  )
}

/** Numbers beside the tabs: members, and invitations still open. */
function useCounts(): Record<(typeof tabNames)[number], { count?: number }> {
  const usage = useApiQuery('/usage', usageAnswer)
  const countOf = (id: string) => {
    const used = usage.data?.data.quotas.find((quota) => quota.id === id)?.used
    return typeof used === 'number' ? { count: used } : {}
  }
  return { members: countOf('members'), invitations: countOf('pending-invitations') }
}
