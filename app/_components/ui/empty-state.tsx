import type { ReactNode } from 'react'

export interface EmptyStateProps {
  icon?: ReactNode
  title: ReactNode
  /** What would stand here and what it is for. */
  description?: ReactNode
  /** The button that makes the first one. */
  action?: ReactNode
  /** How it works, in order: each a short title and a sentence. */
  steps?: readonly { title: string; description: string }[]
  /** Heading level of the title, default 2. */
  level?: 2 | 3
}

/** A place where nothing is yet: says what it is for and how to begin. */
export function EmptyState({ icon, title, description, action, steps, level = 2 }: EmptyStateProps) {
  const Heading = level === 2 ? 'h2' : 'h3'
  return (
    <div className="flex flex-col items-center px-4 py-10 text-center sm:px-8 sm:py-14">
      {icon ? (
        <span className="mb-4 inline-flex size-12 items-center justify-center rounded-xl border border-accent-line bg-accent-soft text-accent-ink [&_svg]:size-6">
          {icon}
        </span>
      ) : null}
      <Heading className="font-semibold text-lg">{title}</Heading>
      {description ? <div className="mt-1 max-w-md text-muted">{description}</div> : null}
      {action ? <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div> : null}
      {steps ? <Steps steps={steps} /> : null}
    </div>
  )
}

function Steps({ steps }: { steps: NonNullable<EmptyStateProps['steps']> }) {
  return (
    <ol className="mt-8 grid w-full max-w-3xl gap-3 text-left sm:grid-cols-3">
      {steps.map((step, index) => (
        <li key={step.title} className="rounded-lg border border-line bg-canvas p-3.5">
          <span
            aria-hidden="true"
            className="mb-2 inline-flex size-6 items-center justify-center rounded-full border border-line bg-surface font-semibold text-muted text-xs"
          >
            {index + 1}
          </span>
          <p className="font-medium">{step.title}</p>
          <p className="mt-0.5 text-muted text-sm">{step.description}</p>
        </li>
      ))}
    </ol>
  )
}
