'use client'

import { useTranslations } from 'next-intl'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Spinner } from '#app/_components/ui/spinner.tsx'
import type { Tone } from '#app/_components/ui/tone.tsx'
import type { DrillView } from '#lib/contracts/backup-catalogue.ts'

export const drillTones: Record<DrillView['state'], Tone> = {
  pending: 'neutral',
  running: 'info',
  proven: 'ok',
  disproven: 'danger',
  'not-proven': 'unknown',
}

/** What a drill has found, in a word. */
export function DrillState({ state }: Pick<DrillView, 'state'>) {
  const t = useTranslations('drills.states')
  return (
    <Badge tone={drillTones[state]} {...(state === 'running' ? { icon: <Spinner decorative /> } : {})}>
      {t(state)}
    </Badge>
  )
}
