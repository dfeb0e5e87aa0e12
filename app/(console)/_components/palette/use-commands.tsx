'use client'

import { Keyboard, Languages, LogOut, Palette, Plus, UserRound, UserRoundPlus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useLocaleSwitch } from '#app/_components/locale-menu.tsx'
import { themes } from '#app/_components/theme.ts'
import { useTheme } from '#app/_components/theme-menu.tsx'
import { Avatar } from '#app/_components/ui/avatar.tsx'
import { useMe } from '#app/(console)/_components/me-provider.tsx'
import { useSwitchTeam } from '#app/(console)/_components/teams/use-switch-team.ts'
import { useAreas } from '#app/(console)/_components/use-areas.ts'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import { useKeepLocale, useSignOut } from '#app/(console)/_components/user-menu.tsx'
import { localeNames, locales } from '#lib/i18n/locale.ts'
import type { Command } from './commands.ts'

export interface CommandTargets {
  openShortcuts: () => void
  openCreateTeam: () => void
}

/** Everything the palette can do for this visitor. */
export function useCommands(targets: CommandTargets): Command[] {
  return [...usePageCommands(), ...useActionCommands(targets), ...useTeamCommands(), ...useAppearanceCommands()]
}

function usePageCommands(): Command[] {
  const t = useTranslations('shell.palette')
  const names = useTranslations('shell.navigation')
  const router = useRouter()
  const pages = useAreas().map(
    (area): Command => ({
      id: `page-${area.id}`,
      group: 'pages',
      label: names(area.id),
      icon: area.icon,
      keywords: t(area.keywords),
      keys: ['G', area.key.toUpperCase()],
      run: () => router.push(area.href),
    }),
  )
  const account: Command = {
    id: 'page-account',
    group: 'pages',
    label: names('account'),
    icon: <UserRound aria-hidden="true" />,
    keywords: t('keywordsAccount'),
    keys: ['G', 'P'],
    run: () => router.push('/account'),
  }
  return [...pages, account]
}

function useActionCommands({ openShortcuts, openCreateTeam }: CommandTargets): Command[] {
  const t = useTranslations('shell.palette')
  const { can } = usePermissions()
  const router = useRouter()
  const signOut = useSignOut()
  const invite: Command = {
    id: 'invite',
    group: 'actions',
    label: t('invite'),
    icon: <UserRoundPlus aria-hidden="true" />,
    run: () => router.push('/members?new=true'),
  }
  const createKey: Command = {
    id: 'create-key',
    group: 'actions',
    label: t('createKey'),
    icon: <Plus aria-hidden="true" />,
    run: () => router.push('/api-keys?new=true'),
  }
  return [
    ...(can('invitations:write') ? [invite] : []),
    ...(can('api-keys:write') ? [createKey] : []),
    {
      id: 'create-team',
      group: 'actions',
      label: t('createTeam'),
      icon: <Plus aria-hidden="true" />,
      run: openCreateTeam,
    },
    {
      id: 'shortcuts',
      group: 'actions',
      label: t('shortcuts'),
      icon: <Keyboard aria-hidden="true" />,
      keys: ['?'],
      run: openShortcuts,
    },
    { id: 'sign-out', group: 'actions', label: t('signOut'), icon: <LogOut aria-hidden="true" />, run: signOut },
  ]
}

function useTeamCommands(): Command[] {
  const { team, teams } = useMe()
  const switchTo = useSwitchTeam()
  return teams
    .filter(({ id }) => id !== team?.id)
    .map(({ id, name }) => ({
      id: `team-${id}`,
      group: 'teams',
      label: name,
      icon: <Avatar name={name} size="sm" shape="square" />,
      run: () => switchTo(id),
    }))
}

function useAppearanceCommands(): Command[] {
  const t = useTranslations('shell.palette')
  const themeNames = useTranslations('common.theme')
  const { theme, setTheme } = useTheme()
  const { locale, setLocale } = useLocaleSwitch()
  const keepLocale = useKeepLocale()
  return [
    ...themes.map(
      (each): Command => ({
        id: `theme-${each}`,
        group: 'appearance',
        label: t('theme', { theme: themeNames(each) }),
        icon: <Palette aria-hidden="true" />,
        isCurrent: each === theme,
        run: () => setTheme(each),
      }),
    ),
    ...locales.map(
      (each): Command => ({
        id: `locale-${each}`,
        group: 'appearance',
        label: t('language', { language: localeNames[each] }),
        icon: <Languages aria-hidden="true" />,
        // Found in either language, by somebody who cannot read the one in force.
        keywords: 'language 语言',
        isCurrent: each === locale,
        run: () => {
          setLocale(each)
          keepLocale(each)
        },
      }),
    ),
  ]
}
