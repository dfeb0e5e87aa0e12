import type { ReactNode } from 'react'
import type { Crumb } from './breadcrumb.tsx'
import { Breadcrumb } from './breadcrumb.tsx'

export interface PageHeaderProps {
  title: ReactNode
  /** One sentence: what this page is for. */
  description?: ReactNode
  /** State badges beside the title. */
  badges?: ReactNode
  /** Buttons; the primary one last. */
  actions?: ReactNode
  /** The way here, without the page itself. */
  crumbs?: readonly Crumb[]
}

/** The head of a page: the only `<h1>`. */
export function PageHeader({ title, description, badges, actions, crumbs }: PageHeaderProps) {
  return (
    <header className="mb-5">
      {crumbs && crumbs.length > 0 ? <Breadcrumb crumbs={crumbs} /> : null}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="font-semibold text-2xl tracking-tight [overflow-wrap:anywhere]">{title}</h1>
            {badges}
          </div>
          {description ? <div className="mt-1 max-w-prose text-muted">{description}</div> : null}
        </div>
        {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
      </div>
    </header>
  )
}
