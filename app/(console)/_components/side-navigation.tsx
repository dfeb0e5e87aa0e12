'use client'

import Link, { useLinkStatus } from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useId } from 'react'
import { classNames } from '#app/_components/ui/class-names.ts'
import { Spinner } from '#app/_components/ui/spinner.tsx'
import type { Area } from './areas.tsx'
import { useAreas } from './use-areas.ts'

const sections = ['fleet', 'teamArea', 'more'] as const

/** The pages of the console by section; the current one is marked. `onNavigate` lets a drawer close itself. */
export function SideNavigation({ onNavigate }: { onNavigate?: () => void }) {
  const t = useTranslations('shell.navigation')
  const id = useId()
  const visible = useAreas()
  return (
    <nav aria-label={t('label')} className="flex flex-col gap-4 px-2.5 py-3">
      {sections.map((section) => {
        const areas = visible.filter((area) => area.section === section)
        return areas.length === 0 ? null : (
          <div key={section}>
            <p id={`${id}-${section}`} className="px-2 pb-1 font-medium text-faint text-xs">
              {t(section)}
            </p>
            <ul aria-labelledby={`${id}-${section}`} className="flex flex-col gap-px">
              {areas.map((area) => (
                <li key={area.id}>
                  <NavigationLink area={area} {...(onNavigate ? { onNavigate } : {})} />
                </li>
              ))}
            </ul>
          </div>
        )
      })}
    </nav>
  )
}

function NavigationLink({ area, onNavigate }: { area: Area; onNavigate?: () => void }) {
  const t = useTranslations('shell.navigation')
  const pathname = usePathname()
  const isCurrent = pathname === area.href || pathname.startsWith(`${area.href}/`)
  return (
    <Link
      href={area.href}
      // Every page is drawn for its visitor: a prefetch would cost the server as much as the visit itself.
      prefetch={false}
      {...(onNavigate ? { onClick: onNavigate } : {})}
      aria-current={isCurrent ? 'page' : undefined}
      className={classNames(
        'relative flex h-8 items-center gap-2.5 rounded-md px-2 font-medium transition-colors duration-100 pointer-coarse:h-10 [&>svg]:size-4 [&>svg]:shrink-0',
        isCurrent
          ? 'bg-accent-soft text-accent-ink before:absolute before:inset-y-1.5 before:-left-2.5 before:w-0.5 before:rounded-full before:bg-accent'
          : 'text-muted hover:bg-hover hover:text-ink',
      )}
    >
      {area.icon}
      <span className="min-w-0 flex-1 truncate">{t(area.id)}</span>
      <Pending />
    </Link>
  )
}

/** Turns in the link that was followed until its page is here. */
function Pending() {
  const { pending } = useLinkStatus()
  return pending ? <Spinner decorative className="text-faint" /> : null
}
