import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export interface PanelProps {
  title?: ReactNode
  description?: ReactNode
  /** Buttons at the right of the title. */
  actions?: ReactNode
  children?: ReactNode
  /** Line at the bottom, e.g. a save button. */
  footer?: ReactNode
  /** `danger` for the zone where things are deleted. */
  tone?: 'plain' | 'danger'
  /** Leaves out the padding, for a table or list that fills the panel. */
  flush?: boolean
  /** Heading level of the title, default 2. */
  level?: 2 | 3
  id?: string
}

/** A framed section with an optional heading. */
export function Panel(props: PanelProps) {
  const { title, description, actions, children, footer, tone = 'plain', flush = false, id } = props
  const hasHead = Boolean(title ?? description ?? actions)
  return (
    <section
      id={id}
      className={classNames(
        'min-w-0 rounded-xl border bg-surface shadow-card',
        tone === 'danger' ? 'border-danger-line' : 'border-line',
      )}
    >
      {hasHead ? <PanelHead {...props} /> : null}
      {children ? (
        <div className={classNames(!flush && 'px-4 pb-4 sm:px-5 sm:pb-5', !(flush || hasHead) && 'pt-4 sm:pt-5')}>
          {children}
        </div>
      ) : null}
      {footer ? (
        <footer className="flex flex-wrap items-center justify-end gap-2 rounded-b-xl border-line border-t bg-sunken px-4 py-3 sm:px-5">
          {footer}
        </footer>
      ) : null}
    </section>
  )
}

function PanelHead({ title, description, actions, level = 2 }: PanelProps) {
  const Heading = level === 2 ? 'h2' : 'h3'
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 pt-3.5 pb-3 sm:px-5">
      <div className="min-w-0 max-w-prose">
        {title ? <Heading className="font-semibold text-lg">{title}</Heading> : null}
        {description ? <div className="mt-0.5 text-muted text-sm">{description}</div> : null}
      </div>
      {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
    </header>
  )
}
