'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useSyncExternalStore } from 'react'
import { rememberInCookie } from './browser-cookie.ts'
import type { Theme } from './theme.ts'
import { themeCookieName, themeOf, themes } from './theme.ts'
import { IconButton } from './ui/icon-button.tsx'
import type { MenuChoice } from './ui/menu.tsx'
import { Menu } from './ui/menu.tsx'

const icons: Record<Theme, ReactNode> = {
  light: <Sun aria-hidden="true" />,
  dark: <Moon aria-hidden="true" />,
  system: <Monitor aria-hidden="true" />,
}

/** The theme in force and a function that changes it at once and for later visits. */
export function useTheme(): { theme: Theme; setTheme: (theme: Theme) => void } {
  const theme = useSyncExternalStore(subscribeToTheme, readTheme, () => 'system' as const)
  return { theme, setTheme }
}

function setTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme
  rememberInCookie(themeCookieName, theme)
}

function readTheme(): Theme {
  return themeOf(document.documentElement.dataset.theme)
}

function subscribeToTheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener)
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  return () => observer.disconnect()
}

/** The theme as choices of a menu, for menus that hold more than this. */
export function useThemeChoice(): MenuChoice {
  const t = useTranslations('common.theme')
  const { theme } = useTheme()
  return {
    id: 'theme',
    label: t('label'),
    value: theme,
    onValueChange: (value) => setTheme(themeOf(value)),
    options: themes.map((value) => ({ value, label: t(value), icon: icons[value] })),
  }
}

/** A button with a menu: light, dark, as the system. */
export function ThemeMenu() {
  const t = useTranslations('common.theme')
  const choice = useThemeChoice()
  const { theme } = useTheme()
  return <Menu trigger={<IconButton label={t('label')} icon={icons[theme]} />} entries={[choice]} />
}
