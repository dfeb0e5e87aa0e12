import { Braces, Hexagon, UsersRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { FleetIllustration } from './fleet-illustration.tsx'

const lines = [
  { id: 'fleet', icon: <Hexagon aria-hidden="true" /> },
  { id: 'teams', icon: <UsersRound aria-hidden="true" /> },
  { id: 'api', icon: <Braces aria-hidden="true" /> },
] as const

/** What the product is, in three lines, beside the form where there is room. */
export function BrandPanel() {
  const t = useTranslations('auth.brand')
  return (
    <aside
      aria-label={t('label')}
      className="sticky top-0 hidden h-dvh min-w-0 flex-col justify-between gap-8 overflow-hidden border-line border-l bg-sunken p-12 lg:flex xl:p-16"
    >
      <FleetIllustration />
      <div className="relative max-w-lg">
        <p className="font-semibold text-2xl tracking-tight">{t('title')}</p>
        <ul className="mt-6 flex flex-col gap-4">
          {lines.map(({ id, icon }) => (
            <li
              key={id}
              className="flex gap-3 [&>svg]:mt-0.5 [&>svg]:size-4.5 [&>svg]:shrink-0 [&>svg]:text-accent-ink"
            >
              {icon}
              <span className="text-muted">{t(id)}</span>
            </li>
          ))}
        </ul>
      </div>
    </aside>
  )
}
