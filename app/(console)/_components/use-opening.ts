'use client'

import { useState } from 'react'

/**
 * Counts how often something was opened. As the `key` of a dialog's content it makes each opening begin anew, while what is
 * shown stays as it is during the closing.
 */
export function useOpening(isOpen: boolean): number {
  const [seen, setSeen] = useState({ isOpen, count: 0 })
  if (seen.isOpen === isOpen) return seen.count
  const next = { isOpen, count: isOpen ? seen.count + 1 : seen.count }
  setSeen(next)
  return next.count
}
