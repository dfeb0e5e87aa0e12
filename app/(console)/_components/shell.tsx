'use client'

import { usePathname, useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { areas } from './areas.tsx'
import type { KeyCommand } from './keys/key-strokes.ts'
import { ShortcutsDialog } from './keys/shortcuts-dialog.tsx'
import { useKeyStrokes } from './keys/use-key-strokes.ts'
import { LiveStatusDot } from './live/live-status.tsx'
import { useMe } from './me-provider.tsx'
import { CommandPalette } from './palette/command-palette.tsx'
import { SideNavigation } from './side-navigation.tsx'
import { CreateTeamDialog } from './teams/create-team-dialog.tsx'
import { TeamClosingBanner } from './teams/team-closing-banner.tsx'
import { TopBar } from './top-bar.tsx'
import { useAreas } from './use-areas.ts'

type OpenWindow = 'palette' | 'shortcuts' | 'create-team'

const accountKey = 'p'
const contentId = 'content'

/** The frame around every page: bar, navigation, palette, keys. */
export function Shell({ isLive, children }: { isLive: boolean; children: ReactNode }) {
  const t = useTranslations('common')
  const { team } = useMe()
  const pathname = usePathname()
  const [openWindow, setOpenWindow] = useState<OpenWindow>()
  const show = (name: OpenWindow) => () => setOpenWindow(name)
  const holds = (name: OpenWindow) => ({
    open: openWindow === name,
    onOpenChange: (isOpen: boolean) => setOpenWindow((current) => nextWindow(current, name, isOpen)),
  })
  useConsoleKeys(setOpenWindow)

  return (
    <>
      <a
        href={`#${contentId}`}
        className="fixed top-1.5 left-1.5 z-50 -translate-y-16 rounded-md bg-accent px-3 py-2 font-medium text-on-accent focus:translate-y-0"
      >
        {t('skipToContent')}
      </a>
      <TopBar
        isLive={isLive}
        onOpenPalette={show('palette')}
        onOpenShortcuts={show('shortcuts')}
        onCreateTeam={show('create-team')}
      />
      {/* The settings say the same themselves, with the same button. */}
      {team?.closingAt && pathname !== '/team' ? <TeamClosingBanner /> : null}
      <div className="flex print:block">
        <aside className="sticky top-12 flex h-[calc(100dvh-3rem)] w-56 shrink-0 flex-col overflow-y-auto border-line border-r bg-surface max-[899px]:hidden print:hidden">
          <SideNavigation />
          {isLive ? (
            <div className="mt-auto px-2.5 py-2">
              <LiveStatusDot />
            </div>
          ) : null}
        </aside>
        <main id={contentId} tabIndex={-1} className="min-w-0 flex-1 px-4 py-5 outline-none sm:px-6 lg:px-8 print:p-0">
          <div className="mx-auto max-w-[80rem]">{children}</div>
        </main>
      </div>
      <CommandPalette {...holds('palette')} openShortcuts={show('shortcuts')} openCreateTeam={show('create-team')} />
      <ShortcutsDialog {...holds('shortcuts')} />
      <CreateTeamDialog {...holds('create-team')} />
    </>
  )
}

/** A window that closes late must not take away the one that has just been opened in its place. */
function nextWindow(current: OpenWindow | undefined, name: OpenWindow, isOpen: boolean): OpenWindow | undefined {
  if (isOpen) return name
  return current === name ? undefined : current
}

function useConsoleKeys(open: (name: OpenWindow) => void): void {
  const router = useRouter()
  const hrefs = new Map([
    ...useAreas().map((area) => [area.key, area.href] as const),
    [accountKey, '/account'] as const,
  ])
  const actions: Record<string, () => void> = {
    palette: () => open('palette'),
    help: () => open('shortcuts'),
    search: focusSearch,
  }
  useKeyStrokes(new Set(hrefs.keys()), (command: KeyCommand) => {
    if (typeof command === 'string') actions[command]?.()
    else router.push(hrefs.get(command.goTo) ?? areas[0]?.href ?? '/')
  })
}

function focusSearch(): void {
  const search = document.querySelector(`#${contentId} input[type="search"]`)
  if (search instanceof HTMLInputElement) search.focus()
}
