const fields = 'input:not([hidden], [readonly], [aria-hidden="true"]), textarea, [role="radio"][aria-checked="true"]'

/**
 * What a window that has just opened focuses: its first field, else the window itself. Never the button that closes it, whose
 * tooltip would take the first Escape. Opened by touch always the window, lest the keyboard cover it.
 */
export function firstFocusIn(popup: HTMLElement | null, openType: string): HTMLElement | null {
  if (openType === 'touch') return popup
  return popup?.querySelector<HTMLElement>(fields) ?? popup
}
