'use client'

import { Keyboard, Search } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { IconButton } from '#app/_components/ui/icon-button.tsx'
import { Kbd } from '#app/_components/ui/kbd.tsx'
import { LogoMark } from '#app/_components/ui/logo.tsx'
import { useModKey } from './keys/shortcuts-dialog.tsx'
import { MobileNavigation } from './mobile-navigation.tsx'
import { TeamSwitcher } from './teams/team-switcher.tsx'
import { UserMenu } from './user-menu.tsx'

export interface TopBarProps {
  /** Whether news reaches the page, so that there is a state of that to show. */
  isLive: boolean
  onOpenPalette: () => void
  onOpenShortcuts: () => void
  onCreateTeam: () => void
}

/** What stands above every page: where one is, the way to everything by name, and oneself. */
export function TopBar({ isLive, onOpenPalette, onOpenShortcuts, onCreateTeam }: TopBarProps) {
  const t = useTranslations('shell.bar')
  return (
    <header className="sticky top-0 z-20 flex h-12 items-center gap-1.5 border-line border-b bg-surface px-3 print:hidden">
      <MobileNavigation isLive={isLive} />
      <Link href="/" prefetch={false} aria-label={t('home')} className="rounded-md p-1 max-[380px]:hidden">
        <LogoMark className="size-6" />
      </Link>
      <span aria-hidden="true" className="text-line-strong max-sm:hidden">
        /
      </span>
      <TeamSwitcher onCreate={onCreateTeam} />
      <div className="ml-auto flex items-center gap-1">
        <PaletteButton onOpen={onOpenPalette} />
        <IconButton
          label={t('shortcuts')}
          icon={<Keyboard aria-hidden="true" />}
          onClick={onOpenShortcuts}
          className="max-sm:hidden"
        />
        <UserMenu />
      </div>
    </header>
  )
}

function PaletteButton({ onOpen }: { onOpen: () => void }) {
  const t = useTranslations('shell.bar')
  const modKey = useModKey()
  return (
    <>
      <button
        type="button"
        onClick={onOpen}
        aria-keyshortcuts="Control+K Meta+K"
        className="mr-1 flex h-8 w-56 items-center gap-2 rounded-md border border-line bg-sunken px-2.5 text-left text-muted text-sm transition-colors hover:border-line-strong max-sm:hidden lg:w-72"
      >
        <Search aria-hidden="true" className="size-4 shrink-0" />
        <span className="flex-1 truncate">{t('search')}</span>
        <span aria-hidden="true" className="flex gap-0.5">
          <Kbd>{modKey}</Kbd>
          <Kbd>{'K'}</Kbd>
        </span>
      </button>
      <IconButton
        label={t('openPalette')}
        icon={<Search aria-hidden="true" />}
        onClick={onOpen}
        className="sm:hidden"
      />
    </>
  )
}
