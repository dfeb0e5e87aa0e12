import { ExternalLink } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export interface TextLinkProps {
  href: string
  children: ReactNode
  /** Opens in a new tab and says so with an icon. */
  external?: boolean
  className?: string
}

/** A link inside text: underlined, so that colour is not the only sign. */
export function TextLink({ href, children, external, className }: TextLinkProps) {
  const classes = classNames(
    'rounded-sm font-medium text-accent-ink underline decoration-accent-line underline-offset-3 hover:decoration-current',
    className,
  )
  if (external) {
    return (
      <a href={href} target="_blank" rel="noreferrer" className={classes}>
        {children}
        <ExternalLink aria-hidden="true" className="ml-1 inline size-3" />
      </a>
    )
  }
  return (
    <Link href={href} className={classes}>
      {children}
    </Link>
  )
}
