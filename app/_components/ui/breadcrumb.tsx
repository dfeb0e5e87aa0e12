import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'

export interface Crumb {
  label: string
  href: string
}

/** The way from the top to the page shown. */
export function Breadcrumb({ crumbs }: { crumbs: readonly Crumb[] }) {
  const t = useTranslations('ui')
  return (
    <nav aria-label={t('breadcrumb')} className="mb-1.5">
      <ol className="flex flex-wrap items-center gap-x-1 text-muted text-sm">
        {crumbs.map((crumb, index) => (
          <li key={crumb.href} className="inline-flex min-h-6 items-center gap-1">
            {index > 0 ? <ChevronRight aria-hidden="true" className="size-3.5 text-faint" /> : null}
            <Link href={crumb.href} className="rounded-sm hover:text-ink hover:underline">
              {crumb.label}
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  )
}
