import { classNames } from './class-names.ts'

const hues = [
  'bg-accent-soft text-accent-ink border-accent-line',
  'bg-info-soft text-info border-info-line',
  'bg-ok-soft text-ok border-ok-line',
  'bg-warn-soft text-warn border-warn-line',
  'bg-hover text-ink border-line',
]

export interface AvatarProps {
  /** Name of a person or team; its initials are shown, its letters choose the colour. */
  name: string
  size?: 'sm' | 'md' | 'lg'
  /** `square` for teams. */
  shape?: 'round' | 'square'
}

const sizes = { sm: 'size-6 text-2xs', md: 'size-7 text-xs', lg: 'size-10 text-base' }

/** Initials of a name; silent, since the name stands beside it. */
export function Avatar({ name, size = 'md', shape = 'round' }: AvatarProps) {
  return (
    <span
      aria-hidden="true"
      className={classNames(
        'inline-flex shrink-0 select-none items-center justify-center border font-semibold',
        shape === 'round' ? 'rounded-full' : 'rounded-md',
        hues[hueOf(name) % hues.length],
        sizes[size],
      )}
    >
      {initialsOf(name)}
    </span>
  )
}

function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/[\s._@-]+/u)
    .filter(Boolean)
  const letters = words.slice(0, 2).map((word) => [...word][0] ?? '')
  const isIdeographic = /\p{Script=Han}/u.test(letters[0] ?? '')
  return letters
    .slice(0, isIdeographic ? 1 : 2)
    .join('')
    .toUpperCase()
}

function hueOf(name: string): number {
  return [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0)
}
