'use client'

import { useCallback, useState } from 'react'

/** A dialog about one of many things: about which one, and whether it is open. */
export interface SubjectDialog<Subject> {
  /** Kept while the dialog closes, so that its words do not change under the reader's eyes. */
  subject: Subject | undefined
  isOpen: boolean
  /** Another one with each opening: as the dialog's `key` it forgets what was typed before. */
  key: number
  open: (subject: Subject) => void
  setOpen: (isOpen: boolean) => void
}

/** Holds which row of a table a dialog is about; its functions stay the same. */
export function useSubjectDialog<Subject>(): SubjectDialog<Subject> {
  const [state, setState] = useState<{ subject?: Subject; isOpen: boolean; key: number }>({ isOpen: false, key: 0 })
  const open = useCallback(
    (subject: Subject) => setState((before) => ({ subject, isOpen: true, key: before.key + 1 })),
    [],
  )
  const setOpen = useCallback((isOpen: boolean) => setState((before) => ({ ...before, isOpen })), [])
  return {
    subject: state.subject,
    isOpen: state.isOpen,
    key: state.key,
    open,
    setOpen,
  }
}
