'use client'

import type { ReactNode } from 'react'
import { useEffect } from 'react'
import { useTeamId } from '#app/_components/api/api-provider.tsx'

/**
 * Keeps page and shell on one team. Next draws a layout once and pages many times: after the team was switched in another
 * tab, the next page would show the new team inside the old team's shell. Then everything is loaded anew.
 */
export function SameTeam({ teamId, children }: { teamId: string; children: ReactNode }) {
  const shellTeamId = useTeamId()
  const isSame = shellTeamId === teamId
  useEffect(() => {
    if (!isSame) window.location.reload()
  }, [isSame])
  return isSame ? children : null
}
