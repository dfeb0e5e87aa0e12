'use client'

import { Menu } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { IconButton } from '#app/_components/ui/icon-button.tsx'
import { Sheet } from '#app/_components/ui/sheet.tsx'
import { LiveStatusDot } from './live/live-status.tsx'
import { SideNavigation } from './side-navigation.tsx'

/** The navigation behind a button, for windows too narrow to show it all the time. */
export function MobileNavigation({ isLive }: { isLive: boolean }) {
  const t = useTranslations('shell.navigation')
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Sheet
      side="left"
      flush
      title={t('title')}
      open={isOpen}
      onOpenChange={setIsOpen}
      trigger={
        <IconButton label={t('open')} icon={<Menu aria-hidden="true" />} className="-ml-1.5 min-[900px]:hidden" />
      }
    >
      <SideNavigation onNavigate={() => setIsOpen(false)} />
      {isLive ? (
        <div className="border-line border-t px-2.5 py-2">
          <LiveStatusDot />
        </div>
      ) : null}
    </Sheet>
  )
}
