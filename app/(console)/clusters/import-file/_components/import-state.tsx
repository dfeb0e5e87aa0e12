'use client'

import { LoaderCircle } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Badge } from '#app/_components/ui/badge.tsx'
import type { Tone } from '#app/_components/ui/tone.tsx'
import type { ImportState as State, RowState as StateOfRow } from '#lib/contracts/cluster-imports.ts'

const importTones: Record<State, Tone> = {
  checking: 'info',
  checked: 'accent',
  importing: 'info',
  done: 'ok',
  cancelled: 'neutral',
}

const rowTones: Record<StateOfRow, Tone> = {
  waiting: 'unknown',
  ready: 'ok',
  warned: 'warn',
  refused: 'danger',
  created: 'ok',
  changed: 'ok',
  unchanged: 'neutral',
  failed: 'danger',
  cancelled: 'neutral',
}

/** Whether an import goes on by itself. */
export function isUnderWay(state: State): boolean {
  return state === 'checking' || state === 'importing'
}

export function ImportState({ state }: { state: State }) {
  const t = useTranslations('cluster-imports.states')
  const icon = isUnderWay(state)
    ? { icon: <LoaderCircle aria-hidden="true" className="motion-safe:animate-spin" /> }
    : {}
  return (
    <Badge tone={importTones[state]} {...icon}>
      {t(state)}
    </Badge>
  )
}

export function RowState({ state }: { state: StateOfRow }) {
  const t = useTranslations('cluster-imports.rowStates')
  return <Badge tone={rowTones[state]}>{t(state)}</Badge>
}
