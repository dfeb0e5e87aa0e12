'use client'

import { Meter as BaseMeter } from '@base-ui/react/meter'
import { useFormatter, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

/** Share of a limit from which a meter warns (product promise: 80 % warning). */
const warnRatio = 0.8

export interface MeterProps {
  label: ReactNode
  value: number
  /** The limit; `null` means no limit, so only the use is shown. */
  max: number | null
  /** Turns numbers into text, e.g. bytes; default: grouped digits. */
  format?: (value: number) => string
  /** Small print under the bar. */
  hint?: ReactNode
}

type Level = 'calm' | 'near' | 'full'

const levels: Record<Level, { text: string; bar: string }> = {
  calm: { text: 'text-muted', bar: 'bg-accent' },
  near: { text: 'text-warn', bar: 'bg-warn-solid' },
  full: { text: 'text-danger', bar: 'bg-danger-solid' },
}

/** Use against a limit: words and a bar, amber from 80 %, red when full. */
export function Meter({ label, value, max, format, hint }: MeterProps) {
  const t = useTranslations('ui.meter')
  const formatter = useFormatter()
  const write = format ?? ((number: number) => formatter.number(number))
  const text =
    max === null ? t('unlimited', { value: write(value) }) : t('use', { value: write(value), max: write(max) })
  return (
    <div>
      {max === null ? (
        <div className="flex items-baseline justify-between gap-3">
          <span className="font-medium">{label}</span>
          <span className="text-muted text-sm tabular-nums">{text}</span>
        </div>
      ) : (
        <LimitedMeter label={label} value={value} max={max} text={text} />
      )}
      {hint ? <p className="mt-1 text-muted text-sm">{hint}</p> : null}
    </div>
  )
}

function LimitedMeter({ label, value, max, text }: { label: ReactNode; value: number; max: number; text: string }) {
  const t = useTranslations('ui.meter')
  const level = levelOf(value, max)
  return (
    <BaseMeter.Root value={Math.min(value, max)} max={Math.max(max, 1)} getAriaValueText={() => text}>
      <div className="flex items-baseline justify-between gap-3">
        <BaseMeter.Label className="font-medium">{label}</BaseMeter.Label>
        <span className="text-muted text-sm tabular-nums">
          {level === 'calm' ? null : <strong className={levels[level].text}>{`${t(level)} · `}</strong>}
          {text}
        </span>
      </div>
      <BaseMeter.Track className="mt-1.5 h-2 overflow-hidden rounded-full bg-hover">
        <BaseMeter.Indicator
          className={classNames('h-full rounded-full transition-[width] duration-300', levels[level].bar)}
        />
      </BaseMeter.Track>
    </BaseMeter.Root>
  )
}

function levelOf(value: number, max: number): Level {
  if (value >= max) return 'full'
  return value >= max * warnRatio ? 'near' : 'calm'
}
