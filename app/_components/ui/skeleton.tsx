import { classNames } from './class-names.ts'

/** A grey bar in the place of something still loading; size it with classes (`h-4 w-32`). */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={classNames('block h-4 animate-breathe rounded-sm bg-hover', className)} />
}
