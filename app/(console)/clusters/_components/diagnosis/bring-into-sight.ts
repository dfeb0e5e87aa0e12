/** Scrolls to something without moving the focus; for whoever wants no motion, at once. */
export function bringIntoSight(element: Element | null, block: 'nearest' | 'start' = 'nearest'): void {
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
  element?.scrollIntoView({ block, behavior: isCalm ? 'instant' : 'smooth' })
}

/** Whether all of it lies inside the window. */
export function isInSight(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect()
  return top >= 0 && bottom <= innerHeight
}
