'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { useCallback } from 'react'

export interface ShownTarget {
  id: string | null
  /** Stays the same. */
  open: (targetId: string) => void
  close: () => void
}

/** Which place is shown beside the list; kept in the address as `?target=<id>`. */
export function useShownTarget(): ShownTarget {
  const [id, setId] = useQueryState('target', parseAsString.withOptions({ history: 'push' }))
  const open = useCallback(
    (targetId: string) => {
      void setId(targetId)
    },
    [setId],
  )
  const close = useCallback(() => {
    void setId(null)
  }, [setId])
  return { id, open, close }
}
