import { useState } from 'react'

/** What is shown, or was last: kept while a sheet closes, so that its words do not vanish under the reader's eyes. */
export function useLastShown(id: string | null): string | null {
  const [last, setLast] = useState(id)
  if (id !== null && id !== last) setLast(id)
  return id ?? last
}
