import type { ReactNode } from 'react'
import { Panel } from '#app/_components/ui/panel.tsx'

export interface PageMessageProps {
  icon: ReactNode
  title: ReactNode
  description: ReactNode
  action?: ReactNode
}

/** In place of a page, inside the frame: says why it is not there and where to go. Holds the page's `<h1>`. */
export function PageMessage({ icon, title, description, action }: PageMessageProps) {
  return (
    <Panel>
      <div className="flex flex-col items-center px-4 py-12 text-center">
        <span className="mb-4 inline-flex size-12 items-center justify-center rounded-xl border border-accent-line bg-accent-soft text-accent-ink [&_svg]:size-6">
          {icon}
        </span>
        <h1 className="font-semibold text-xl">{title}</h1>
        <div className="mt-1 max-w-md text-muted">{description}</div>
        {action ? <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div> : null}
      </div>
    </Panel>
  )
}
