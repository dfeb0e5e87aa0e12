import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import { Logo } from './logo.tsx'

export interface FullPageMessageProps {
  icon: ReactNode
  title: ReactNode
  description: ReactNode
  /** A number to quote, in fixed-width letters. */
  note?: ReactNode
  action?: ReactNode
  tone?: 'plain' | 'danger'
}

/** A page that only says one thing. */
export function FullPageMessage({ icon, title, description, note, action, tone = 'plain' }: FullPageMessageProps) {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center px-5 py-12 text-center">
      <Logo className="mb-10" />
      <span
        className={classNames(
          'mb-5 inline-flex size-14 items-center justify-center rounded-xl border [&_svg]:size-7',
          tone === 'danger'
            ? 'border-danger-line bg-danger-soft text-danger'
            : 'border-accent-line bg-accent-soft text-accent-ink',
        )}
      >
        {icon}
      </span>
      <h1 className="font-semibold text-2xl tracking-tight">{title}</h1>
      <div className="mt-2 max-w-md text-muted">{description}</div>
      {note ? <p className="mt-4 rounded-md bg-sunken px-2.5 py-1 font-mono text-muted text-sm">{note}</p> : null}
      {action ? <div className="mt-7 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </main>
  )
}
