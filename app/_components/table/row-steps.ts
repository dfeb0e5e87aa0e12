import type { KeyboardEvent } from 'react'

const steps: Record<string, (index: number, last: number) => number> = {
  ArrowDown: (index, last) => Math.min(index + 1, last),
  ArrowUp: (index) => Math.max(index - 1, 0),
  Home: () => 0,
  End: (_index, last) => last,
}

/** What opens a row covers it for the pointer, and the arrow keys step from row to row. */
export const rowOpenerClasses = 'rounded-sm after:absolute after:inset-0 hover:underline'

/** What opens a row says so, for the steps to find it. */
export const rowOpener = { 'data-row-opener': '', onKeyDown: stepBetweenRows }

function stepBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  const step = steps[event.key]
  if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return
  const openers = [...(event.currentTarget.closest('tbody')?.querySelectorAll<HTMLElement>('[data-row-opener]') ?? [])]
  const target = openers[step(openers.indexOf(event.currentTarget), openers.length - 1)]
  event.preventDefault()
  target?.focus()
}
