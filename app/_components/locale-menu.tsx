'use client'

import { Languages } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import type { Locale } from '#lib/i18n/locale.ts'
import { htmlLangOf, isLocale, localeCookieName, localeNames, locales } from '#lib/i18n/locale.ts'
import { rememberInCookie } from './browser-cookie.ts'
import { IconButton } from './ui/icon-button.tsx'
import type { MenuChoice } from './ui/menu.tsx'
import { Menu } from './ui/menu.tsx'

/** The language in force and a function that changes it for this browser and draws the page anew. */
export function useLocaleSwitch(): { locale: Locale; setLocale: (locale: Locale) => void } {
  const locale = useLocale()
  const router = useRouter()
  return {
    locale,
    setLocale: (next) => {
      rememberInCookie(localeCookieName, next)
      router.refresh()
    },
  }
}

/** The language as choices of a menu. `onChosen` lets a signed-in page keep it in the profile too. */
export function useLocaleChoice(onChosen?: (locale: Locale) => void): MenuChoice {
  const t = useTranslations('common')
  const { locale, setLocale } = useLocaleSwitch()
  return {
    id: 'locale',
    label: t('language'),
    value: locale,
    onValueChange: (value) => {
      if (!isLocale(value)) return
      setLocale(value)
      onChosen?.(value)
    },
    options: locales.map((value) => ({
      value,
      label: <span lang={htmlLangOf(value)}>{localeNames[value]}</span>,
    })),
  }
}

/** A button with a menu of languages. */
export function LocaleMenu() {
  const t = useTranslations('common')
  const choice = useLocaleChoice()
  return (
    <Menu trigger={<IconButton label={t('language')} icon={<Languages aria-hidden="true" />} />} entries={[choice]} />
  )
}
