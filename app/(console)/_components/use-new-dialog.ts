'use client'

import { parseAsBoolean, useQueryState } from 'nuqs'

/** Whether the page's "new …" dialog is open; kept in the address as `?new=true`, so that the palette can link to it. */
export function useNewDialog(): [isOpen: boolean, setOpen: (isOpen: boolean) => void] {
  const [isOpen, setIsOpen] = useQueryState('new', parseAsBoolean.withDefault(false))
  return [
    isOpen,
    (next) => {
      void setIsOpen(next ? true : null)
    },
  ]
}
