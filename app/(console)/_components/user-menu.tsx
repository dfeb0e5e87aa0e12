'use client'

import { LogOut, UserRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { useLocaleChoice } from '#app/_components/locale-menu.tsx'
import { useThemeChoice } from '#app/_components/theme-menu.tsx'
import { Avatar } from '#app/_components/ui/avatar.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { Menu } from '#app/_components/ui/menu.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import type { Locale } from '#lib/i18n/locale.ts'
import { useMe } from './me-provider.tsx'
import { signOut } from './sign-out.ts'

/** Ends the session; says so when that fails. */
export function useSignOut(): () => void {
  const t = useTranslations('shell.user')
  return () => {
    signOut().catch(() => toast.failure(t('signOutFailed')))
  }
}

/** Keeps a chosen language in the profile, where other browsers find it. Failing costs nothing here: the cookie has it. */
export function useKeepLocale(): (locale: Locale) => void {
  const request = useApi()
  return (locale) => {
    request('PATCH', '/me', { body: { locale } }).catch(() => undefined)
  }
}

/** Account, theme, language and the way out. */
export function UserMenu() {
  const t = useTranslations('shell.user')
  const { name, email } = useMe()
  const keepLocale = useKeepLocale()
  const locale = useLocaleChoice(keepLocale)
  const theme = useThemeChoice()
  const signOutNow = useSignOut()
  return (
    <Menu
      trigger={
        <Button variant="ghost" className="px-0.5">
          <Avatar name={name} />
          <span className="sr-only">{t('menu', { name })}</span>
        </Button>
      }
      entries={[
        { id: 'who', heading: <WhoAmI name={name} email={email} /> },
        { id: 'account', label: t('account'), icon: <UserRound aria-hidden="true" />, href: '/account' },
        { id: 'separator-1', separator: true },
        theme,
        { id: 'separator-2', separator: true },
        locale,
        { id: 'separator-3', separator: true },
        { id: 'sign-out', label: t('signOut'), icon: <LogOut aria-hidden="true" />, onSelect: signOutNow },
      ]}
    />
  )
}

function WhoAmI({ name, email }: { name: string; email: string }) {
  return (
    <>
      <span className="block truncate font-semibold text-base text-ink">{name}</span>
      <span className="block truncate font-normal">{email}</span>
    </>
  )
}
