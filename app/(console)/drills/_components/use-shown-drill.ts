'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { useCallback } from 'react'

export interface ShownDrill {
  /** The one whose sheet is open. */
  id: string | null
  /** Stays the same. */
  open: (drillId: string) => void
  close: () => void
}

/** Which drill is shown beside the page; kept in the address as `?drill=<id>`, so that a link shows it. */
export function useShownDrill(): ShownDrill {
  const [id, setId] = useQueryState('drill', parseAsString.withOptions({ history: 'push' }))
  const open = useCallback(
    (drillId: string) => {
      void setId(drillId)
    },
    [setId],
  )
  const close = useCallback(() => {
    void setId(null)
  }, [setId])
  return { id, open, close }
}
