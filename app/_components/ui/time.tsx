'use client'

import { useLocale, useNow, useTimeZone } from 'next-intl'
import { useSyncExternalStore } from 'react'
import { htmlLangOf } from '#lib/i18n/locale.ts'
import { relativeTime } from './relative-time.ts'
import { Tooltip } from './tooltip.tsx'

export interface TimeProps {
  /** ISO 8601. */
  value: string
  /** `relative` ("3 minutes ago", default), `absolute` (date and time), `date`. The other one is in the tooltip. */
  format?: 'relative' | 'absolute' | 'date'
}

/** A moment, in the time zone of the team, with the exact time at hand. */
export function Time({ value, format = 'relative' }: TimeProps) {
  const lang = htmlLangOf(useLocale())
  const timeZone = useTimeZone() ?? 'UTC'
  const nowMs = useTickingNow()
  const time = new Date(value)
  if (Number.isNaN(time.getTime())) return <span>{value}</span>
  const absolute = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'medium', timeZone }).format(time)
  const date = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeZone }).format(time)
  const relative = relativeTime(time, new Date(nowMs), lang)
  const texts = { relative, absolute, date }
  const exact = `${absolute} (${timeZone})`
  return (
    <Tooltip content={format === 'relative' ? exact : `${exact} · ${relative}`}>
      <time dateTime={value} className="whitespace-nowrap tabular-nums">
        {texts[format]}
      </time>
    </Tooltip>
  )
}

const tickMs = 10_000
const listeners = new Set<() => void>()
let tickingNowMs = 0
let timer: ReturnType<typeof setInterval> | undefined

/** One clock for all times on the page; while hydrating it stands at the server's time, so that both sides agree. */
function useTickingNow(): number {
  const serverNow = useNow()
  return useSyncExternalStore(subscribeToClock, latestNow, () => serverNow.getTime())
}

function latestNow(): number {
  tickingNowMs ||= Date.now()
  return tickingNowMs
}

function subscribeToClock(listener: () => void): () => void {
  listeners.add(listener)
  tick()
  timer ??= setInterval(tick, tickMs)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function tick(): void {
  tickingNowMs = Date.now()
  for (const listener of listeners) listener()
}
