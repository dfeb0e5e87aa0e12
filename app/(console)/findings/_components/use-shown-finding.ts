'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { useCallback } from 'react'

export interface ShownFinding {
  /** The one whose sheet is open. */
  id: string | null
  /** Stays the same. */
  open: (findingId: string) => void
  close: () => void
}

/** Which finding is shown beside the page; kept in the address as `?finding=<id>`, so that a link shows it. */
export function useShownFinding(): ShownFinding {
  const [id, setId] = useQueryState('finding', parseAsString.withOptions({ history: 'push' }))
  const open = useCallback(
    (findingId: string) => {
      void setId(findingId)
    },
    [setId],
  )
  const close = useCallback(() => {
    void setId(null)
  }, [setId])
  return { id, open, close }
}
