'use client'

import type { LucideIcon } from 'lucide-react'
import {
  CircleCheck,
  CircleDashed,
  FileQuestion,
  LoaderCircle,
  OctagonX,
  ShieldCheck,
  TriangleAlert,
} from 'lucide-react'
import { useTranslations } from 'next-intl'
import { classNames } from '#app/_components/ui/class-names.ts'
import type { BackupView } from '#lib/contracts/backup-catalogue.ts'

/** In the order of the legend, the best first. */
export const timelineStates = ['proven', 'verified', 'running', 'pending', 'unverified', 'failed', 'missing'] as const
export type TimelineState = (typeof timelineStates)[number]

/** A shape of its own for each, so that colour is never the only difference. */
const looks: Record<TimelineState, { icon: LucideIcon; colour: string }> = {
  proven: { icon: ShieldCheck, colour: 'text-ok' },
  verified: { icon: CircleCheck, colour: 'text-ok' },
  running: { icon: LoaderCircle, colour: 'text-info motion-safe:animate-spin' },
  pending: { icon: CircleDashed, colour: 'text-muted' },
  unverified: { icon: TriangleAlert, colour: 'text-warn' },
  failed: { icon: OctagonX, colour: 'text-danger' },
  missing: { icon: FileQuestion, colour: 'text-danger' },
}

/** A verified backup that a drill has proven is told apart. */
export function timelineStateOf({ state, proof }: Pick<BackupView, 'state' | 'proof'>): TimelineState {
  return state === 'verified' && proof?.state === 'proven' ? 'proven' : state
}

export function TimelineSign({ state }: { state: TimelineState }) {
  const { icon: Icon, colour } = looks[state]
  return <Icon aria-hidden="true" className={classNames('size-4.5 shrink-0', colour)} />
}

/** What a sign means; a proof by a drill is more than being verified. */
export function useStateWord(): (state: TimelineState) => string {
  const t = useTranslations('cluster-backups.timeline')
  const states = useTranslations('backups.states')
  return (state) => (state === 'proven' ? t('proven') : states(state))
}
