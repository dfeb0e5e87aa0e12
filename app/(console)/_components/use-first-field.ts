'use client'

import type { RefObject } from 'react'
import { useCallback, useRef } from 'react'

/** Lets a dialog begin in the first field of its form: `fieldsRef` goes on the element around the form. */
export function useFirstField(): {
  initialFocus: RefObject<HTMLElement | null>
  fieldsRef: (element: HTMLElement | null) => void
} {
  const initialFocus = useRef<HTMLElement>(null)
  const fieldsRef = useCallback((element: HTMLElement | null) => {
    initialFocus.current = element?.querySelector<HTMLElement>('input:not([hidden]), textarea') ?? null
  }, [])
  return { initialFocus, fieldsRef }
}
