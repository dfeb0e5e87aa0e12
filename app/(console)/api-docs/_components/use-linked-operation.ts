'use client'

import { useEffect } from 'react'

/** Opens the operation the address names (`#get-members`) and brings it into view, now and whenever that changes. */
export function useLinkedOperation(): void {
  useEffect(() => {
    const show = () => {
      const target = document.getElementById(decodeURIComponent(window.location.hash.slice(1)))
      if (!(target instanceof HTMLDetailsElement)) return
      target.open = true
      target.scrollIntoView({ block: 'start' })
    }
    show()
    window.addEventListener('hashchange', show)
    return () => window.removeEventListener('hashchange', show)
  }, [])
}
