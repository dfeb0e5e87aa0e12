'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { TeamProvider, useApi } from '#app/_components/api/api-provider.tsx'
import { Avatar } from '#app/_components/ui/avatar.tsx'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Button, ButtonLink } from '#app/_components/ui/button.tsx'
import { ConfirmDialog } from '#app/_components/ui/confirm-dialog.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import type { MeView } from '#lib/contracts/me.ts'
import { useMe } from '../_components/me-provider.tsx'
import { LastOwnerDialog } from '../_components/teams/last-owner-dialog.tsx'
import { useLastOwner } from '../_components/teams/use-last-owner.ts'

type Team = MeView['teams'][number]

/** The teams the person belongs to, and the way out of each. */
export function TeamsPanel() {
  const t = useTranslations('account.teams')
  const { teams, team: current } = useMe()
  if (teams.length === 0) {
    return (
      <Panel
        title={t('title')}
        description={t('none')}
        actions={<ButtonLink href="/no-team">{t('howToGetOne')}</ButtonLink>}
      />
    )
  }
  return (
    <Panel title={t('title')} description={t('description')}>
      <ul className="divide-y divide-line">
        {teams.map((team) => (
          <TeamLine key={team.id} team={team} isCurrent={team.id === current?.id} />
        ))}
      </ul>
    </Panel>
  )
}

function TeamLine({ team, isCurrent }: { team: Team; isCurrent: boolean }) {
  const t = useTranslations('account.teams')
  const tRole = useTranslations('shell.roles')
  const [isLeaving, setLeaving] = useState(false)
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2.5">
      <Avatar name={team.name} shape="square" />
      <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-medium [overflow-wrap:anywhere]">{team.name}</span>
        <Badge icon={null}>{tRole(team.role)}</Badge>
        {isCurrent ? (
          <Badge tone="accent" icon={null}>
            {t('current')}
          </Badge>
        ) : null}
        {team.closingAt === null ? null : <Badge tone="warn">{t('closing')}</Badge>}
      </span>
      <Button size="sm" aria-label={t('leaveNamed', { team: team.name })} onClick={() => setLeaving(true)}>
        {t('leave')}
      </Button>
      <TeamProvider teamId={team.id}>
        <LeaveDialog team={team} isCurrent={isCurrent} open={isLeaving} onOpenChange={setLeaving} />
      </TeamProvider>
    </li>
  )
}

interface LeaveDialogProps {
  team: Team
  isCurrent: boolean
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Stands inside the `TeamProvider` of the team in question, which need not be the page's. */
function LeaveDialog({ team, isCurrent, open, onOpenChange }: LeaveDialogProps) {
  const t = useTranslations('account.teams')
  const role = useTranslations('shell.roles')(team.role)
  const { isKnown, isLastOwner } = useLastOwner(team.role, open)
  const leave = useLeaveTeam(isCurrent)
  if (isLastOwner) return <LastOwnerDialog team={team} open={open} onOpenChange={onOpenChange} />
  return (
    <ConfirmDialog
      open={open && isKnown}
      onOpenChange={onOpenChange}
      title={t('leaveNamed', { team: team.name })}
      description={t('leaveDescription')}
      losses={[t('lossRole', { role, team: team.name }), t('lossKeys')]}
      confirmLabel={t('leaveConfirm')}
      onConfirm={() => leave(team)}
    />
  )
}

/** Leaves the team around. */
function useLeaveTeam(isCurrent: boolean): (team: Team) => Promise<void> {
  const t = useTranslations('account.teams')
  const request = useApi()
  const router = useRouter()
  return async (team) => {
    await request('POST', '/team/leave')
    // Everything around this page was drawn for the team that was left.
    if (isCurrent) return window.location.assign('/account')
    toast.ok(t('left', { team: team.name }))
    router.refresh()
  }
}
