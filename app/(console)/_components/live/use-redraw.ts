'use client'

import { useRouter } from 'next/navigation'
import { useCallback, useEffect } from 'react'
import { activity } from '#app/_components/api/activity.ts'

/**
 * Draws the page anew for news that came by themselves. That counts as a visit: with nobody here it waits for the next
 * input, or news would keep a session awake that nobody uses.
 */
export function useRedraw(): () => void {
  const router = useRouter()
  const refresh = useCallback(() => router.refresh(), [router])
  useEffect(() => () => activity.forget(refresh), [refresh])
  return useCallback(() => activity.whenSomebodyIsHere(refresh), [refresh])
}
