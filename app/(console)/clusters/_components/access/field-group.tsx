import type { ReactNode } from 'react'
import { useId } from 'react'

/** Fields that belong together inside one part of a form. */
export function FieldGroup(props: { title: string; description?: ReactNode; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="border-line border-t pt-4 first:border-t-0 first:pt-0">
      <h3 id={id} className="font-semibold">
        {props.title}
      </h3>
      {props.description ? <div className="mt-0.5 max-w-prose text-muted text-sm">{props.description}</div> : null}
      <div className="mt-3 flex flex-col gap-4">{props.children}</div>
    </section>
  )
}
