'use client'

import { useCallback, useEffect, useState } from 'react'

export interface LinkToken {
  /** Empty when there is none, and until `isRead`. */
  token: string
  /** The address was looked at, which only a browser can do. */
  isRead: boolean
  /** The address ends in something that is no token of this kind: cut off, or of another page. */
  isDamaged: boolean
  /** Takes it out of the tab, once it was used or turned out to be dead; the page keeps what it has. */
  forget: () => void
}

/**
 * The secret of a link (`/reset#krs_…`). It stands in the fragment, which browsers never send; it is taken out of the address bar at
 * once, so that neither history nor a shared screen keeps it, and stays with this tab over a reload or a way through sign-in.
 */
export function useLinkToken(prefix: 'krs' | 'kin'): LinkToken {
  const [token, setToken] = useState<string>()
  const [isDamaged, setDamaged] = useState(false)
  const storageKey = `kstone-link-${prefix}`

  useEffect(() => {
    const read = () => {
      const given = takeFragment(`${prefix}_`)
      if (given !== '') window.sessionStorage.setItem(storageKey, given)
      setToken(window.sessionStorage.getItem(storageKey) ?? '')
      setDamaged(given === '' && window.location.hash.length > 1)
    }
    read()
    window.addEventListener('hashchange', read)
    return () => window.removeEventListener('hashchange', read)
  }, [prefix, storageKey])

  const forget = useCallback(() => window.sessionStorage.removeItem(storageKey), [storageKey])
  return { token: token ?? '', isRead: token !== undefined, isDamaged, forget }
}

function takeFragment(beginning: string): string {
  const { hash, pathname, search } = window.location
  const fragment = hash.slice(1)
  if (!fragment.startsWith(beginning)) return ''
  window.history.replaceState(window.history.state, '', pathname + search)
  return fragment
}
