import { CircleCheck, CircleDashed, CircleDot, Info, OctagonAlert, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'

/** What a colour means; always shown together with an icon or a word. */
export type Tone = 'neutral' | 'accent' | 'ok' | 'warn' | 'danger' | 'info' | 'unknown'

export const softTones: Record<Tone, string> = {
  neutral: 'border-line bg-sunken text-muted',
  accent: 'border-accent-line bg-accent-soft text-accent-ink',
  ok: 'border-ok-line bg-ok-soft text-ok',
  warn: 'border-warn-line bg-warn-soft text-warn',
  danger: 'border-danger-line bg-danger-soft text-danger',
  info: 'border-info-line bg-info-soft text-info',
  unknown: 'border-line-strong border-dashed bg-surface text-muted',
}

export const toneIcons: Record<Tone, ReactNode> = {
  neutral: <CircleDot aria-hidden="true" />,
  accent: <CircleDot aria-hidden="true" />,
  ok: <CircleCheck aria-hidden="true" />,
  warn: <TriangleAlert aria-hidden="true" />,
  danger: <OctagonAlert aria-hidden="true" />,
  info: <Info aria-hidden="true" />,
  unknown: <CircleDashed aria-hidden="true" />,
}
