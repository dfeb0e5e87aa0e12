'use client'

import { Check, ChevronsUpDown, Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Avatar } from '#app/_components/ui/avatar.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import type { MenuEntry } from '#app/_components/ui/menu.tsx'
import { Menu } from '#app/_components/ui/menu.tsx'
import { useMe } from '#app/(console)/_components/me-provider.tsx'
import type { MeView } from '#lib/contracts/me.ts'
import { useSwitchTeam } from './use-switch-team.ts'

/** The team of the page, and the way to the others. */
export function TeamSwitcher({ onCreate }: { onCreate: () => void }) {
  const t = useTranslations('shell.teams')
  const { team, teams } = useMe()
  const switchTo = useSwitchTeam()
  const entries: MenuEntry[] = [
    { id: 'heading', heading: t('heading') },
    ...teams.map((each) => ({
      id: each.id,
      icon: <Avatar name={each.name} size="sm" shape="square" />,
      label: <TeamName name={each.name} isCurrent={each.id === team?.id} />,
      description: <TeamFacts team={each} />,
      onSelect: () => {
        if (each.id !== team?.id) switchTo(each.id)
      },
    })),
    { id: 'separator', separator: true },
    { id: 'create', icon: <Plus aria-hidden="true" />, label: t('create'), onSelect: onCreate },
  ]
  const name = team?.name ?? t('none')
  return (
    <Menu
      align="start"
      trigger={
        <Button
          variant="ghost"
          className="min-w-0 max-w-56 shrink! px-1.5 text-ink!"
          icon={team ? <Avatar name={team.name} size="sm" shape="square" /> : undefined}
          trailingIcon={<ChevronsUpDown aria-hidden="true" className="size-3.5! text-faint" />}
        >
          <span className="sr-only">{t('current')}</span>
          <span className="truncate">{name}</span>
          <span className="sr-only">{t('switch')}</span>
        </Button>
      }
      entries={entries}
    />
  )
}

function TeamName({ name, isCurrent }: { name: string; isCurrent: boolean }) {
  const t = useTranslations('shell.palette')
  if (!isCurrent) return name
  return (
    <span className="flex items-center gap-1.5">
      <span className="truncate">{name}</span>
      <Check aria-label={t('current')} className="size-3.5! text-accent-ink" />
    </span>
  )
}

function TeamFacts({ team }: { team: MeView['teams'][number] }) {
  const t = useTranslations('shell')
  return team.closingAt === null ? t(`roles.${team.role}`) : `${t(`roles.${team.role}`)} · ${t('teams.closing')}`
}
