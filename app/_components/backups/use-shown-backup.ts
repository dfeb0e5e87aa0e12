'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { useCallback } from 'react'

export interface ShownBackup {
  /** The one whose sheet is open. */
  id: string | null
  /** Stays the same. */
  open: (backupId: string) => void
  close: () => void
}

/** Which backup is shown beside the page; kept in the address as `?backup=<id>`, so that a link shows it. */
export function useShownBackup(): ShownBackup {
  const [id, setId] = useQueryState('backup', parseAsString.withOptions({ history: 'push' }))
  const open = useCallback(
    (backupId: string) => {
      void setId(backupId)
    },
    [setId],
  )
  const close = useCallback(() => {
    void setId(null)
  }, [setId])
  return { id, open, close }
}
