'use client'

import { useTranslations } from 'next-intl'
import { Badge } from '#app/_components/ui/badge.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import type { TeamView as Team } from '#lib/contracts/team.ts'
import type { TeamHoldings } from '#lib/services/team/count-holdings.ts'
import { ClosingPanel } from './closing-panel.tsx'
import { DeletePanel } from './delete-panel.tsx'
import { ExportPanel } from './export-panel.tsx'
import { SettingsPanel } from './settings-panel.tsx'
import { TeamTabs } from './team-tabs.tsx'

export interface TeamViewProps {
  team: Team
  /** Absent for those who may not delete the team. */
  holdings: TeamHoldings | undefined
  graceHours: number
}

/** What the team is called, by which clock it lives, and how its data leaves or ends. */
export function TeamView({ team, holdings, graceHours }: TeamViewProps) {
  const t = useTranslations('team')
  const { can, whyNot } = usePermissions()
  const reason = whyNot('team:export')
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        badges={team.closingAt ? <Badge tone="warn">{t('closing.badge')}</Badge> : null}
      />
      <TeamTabs />
      <div className="flex max-w-3xl flex-col gap-5">
        {team.closingAt && team.deleteAfter ? <ClosingPanel team={team} deleteAfter={team.deleteAfter} /> : null}
        <SettingsPanel key={`${team.name} ${team.timeZone}`} team={team} />
        {can('team:export') ? <ExportPanel /> : null}
        {holdings && !team.closingAt ? <DeletePanel team={team} holdings={holdings} graceHours={graceHours} /> : null}
        {reason ? <p className="text-muted">{t('ownersOnly', { reason })}</p> : null}
      </div>
    </>
  )
}
