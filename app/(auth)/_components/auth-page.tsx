import type { ReactNode } from 'react'

export interface AuthPageProps {
  title: ReactNode
  /** One or two sentences under the title. */
  description?: ReactNode
  children?: ReactNode
  /** Small print at the end: the way to the neighbouring page. */
  footer?: ReactNode
}

/** One page before sign-in: a title, a form, and the way to its neighbour. */
export function AuthPage({ title, description, children, footer }: AuthPageProps) {
  return (
    <main className="flex w-full max-w-sm flex-col gap-6">
      <div className="flex flex-col gap-1.5">
        <h1 className="font-semibold text-3xl tracking-tight [overflow-wrap:anywhere]">{title}</h1>
        {description ? <div className="text-muted [overflow-wrap:anywhere]">{description}</div> : null}
      </div>
      {children}
      {footer ? <div className="text-muted">{footer}</div> : null}
    </main>
  )
}
