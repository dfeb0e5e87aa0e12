'use client'

import { Ban, LoaderCircle } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Badge } from '#app/_components/ui/badge.tsx'
import type { Tone } from '#app/_components/ui/tone.tsx'
import { Tooltip } from '#app/_components/ui/tooltip.tsx'
import type { JobView, JobState as State } from '#lib/contracts/jobs.ts'

/** What a reader is told, which is a little more than the state itself. */
type Shown = State | 'cancelling' | 'retrying'

const tones: Record<Shown, Tone> = {
  queued: 'neutral',
  retrying: 'warn',
  running: 'info',
  cancelling: 'warn',
  done: 'ok',
  failed: 'danger',
  cancelled: 'neutral',
}

const icons: Partial<Record<Shown, ReactNode>> = {
  running: <LoaderCircle aria-hidden="true" className="motion-safe:animate-spin" />,
  cancelled: <Ban aria-hidden="true" />,
}

/** The state of a job, and why it is in it where that is not plain. */
export function JobState({ job }: { job: JobView }) {
  const t = useTranslations('activity')
  const shown = shownOf(job)
  const hint = useHint(job, shown)
  const icon = icons[shown]
  const badge = (
    <Badge tone={tones[shown]} {...(icon === undefined ? {} : { icon })}>
      {t(`states.${shown}`)}
    </Badge>
  )
  return hint === undefined ? badge : <Tooltip content={hint}>{badge}</Tooltip>
}

function shownOf({ state, cancelRequestedAt, failures }: JobView): Shown {
  if (state === 'running' && cancelRequestedAt !== null) return 'cancelling'
  return state === 'queued' && failures > 0 ? 'retrying' : state
}

function useHint({ failures, isPublished }: JobView, shown: Shown): string | undefined {
  const t = useTranslations('activity.stateHints')
  if (shown === 'retrying') return t('retrying', { failures })
  return shown === 'queued' && !isPublished ? t('turn') : undefined
}
