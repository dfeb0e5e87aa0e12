'use client'

import type { ReactNode } from 'react'
import { useEffect, useRef } from 'react'
import { Alert } from '#app/_components/ui/alert.tsx'
import { CodeBlock } from '#app/_components/ui/code-block.tsx'

export interface ShownOnceProps {
  /** What it is: "Invitation link". */
  title: string
  /** Says that it is shown only now, and what to do with it. */
  warning: ReactNode
  value: string
  children?: ReactNode
}

/** A secret that nobody can read again: link or key, with a button that copies it. Takes the focus, since it replaces a form. */
export function ShownOnce({ title, warning, value, children }: ShownOnceProps) {
  const container = useRef<HTMLDivElement>(null)
  useEffect(() => container.current?.focus(), [])
  return (
    <div ref={container} tabIndex={-1} className="flex flex-col gap-3 outline-none">
      <Alert tone="warn" live={false}>
        {warning}
      </Alert>
      <CodeBlock title={title} code={value} />
      {children}
    </div>
  )
}
