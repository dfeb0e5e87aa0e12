import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import type { Tone } from './tone.tsx'
import { softTones, toneIcons } from './tone.tsx'

export interface BadgeProps {
  /** Default `neutral`; `unknown` is "could not tell", never shown as OK. */
  tone?: Tone
  /** The word: a state is never told by colour alone. */
  children: ReactNode
  /** Default: the tone's own icon; `null` shows none (labels, counts). */
  icon?: ReactNode
}

/** A state or label: tone, icon and word. */
export function Badge({ tone = 'neutral', children, icon = toneIcons[tone] }: BadgeProps) {
  return (
    <span
      className={classNames(
        'inline-flex h-5 max-w-full shrink-0 items-center gap-1 rounded-full border px-2 font-medium text-xs whitespace-nowrap',
        '[&_svg]:size-3 [&_svg]:shrink-0',
        softTones[tone],
      )}
    >
      {icon}
      <span className="truncate">{children}</span>
    </span>
  )
}
