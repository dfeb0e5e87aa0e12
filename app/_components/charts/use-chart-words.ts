import { useLocale, useTimeZone, useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { htmlLangOf } from '#lib/i18n/locale.ts'
import { sizeText } from '#lib/size-text.ts'
import type { ChartUnit } from './chart-line.ts'

export interface ChartWords {
  /** A value with its unit. */
  valueText: (value: number) => string
  /** The same where there is little room. */
  shortValueText: (value: number) => string
  /** Date and time of a point. */
  timeText: (atMs: number) => string
  /** A tick of the time axis, `stepMs` away from the next one. */
  tickText: (atMs: number, stepMs: number) => string
  timeZone: string
}

const dayMs = 86_400_000
const monthMs = 30 * dayMs
const compactFrom = 10_000

/** How a chart writes its values and times, in the reader's language and time zone. */
export function useChartWords(unit: ChartUnit): ChartWords {
  const t = useTranslations('charts.units')
  const locale = useLocale()
  const timeZone = useTimeZone() ?? 'UTC'
  return useMemo(() => {
    const lang = htmlLangOf(locale)
    const writerOf = (options: Intl.NumberFormatOptions, sizeDigits: number) => {
      const number = new Intl.NumberFormat(lang, options)
      return (value: number) => {
        if (unit === 'bytes') return sizeText(BigInt(Math.round(value)), lang, sizeDigits)
        if (unit === 'entries') return t('entries', { count: value, value: number.format(value) })
        return t(unit, { value: number.format(value) })
      }
    }
    const long = writerOf({ maximumSignificantDigits: 6 }, 2)
    const short = writerOf({ maximumSignificantDigits: 3, notation: 'compact' }, 1)
    return {
      valueText: long,
      shortValueText: (value) => (unit !== 'bytes' && value < compactFrom ? long(value) : short(value)),
      ...timeWriters(lang, timeZone),
      timeZone,
    }
  }, [t, locale, timeZone, unit])
}

/** Hours run from 0 to 23 in all languages: axes have no room for more. */
function timeWriters(lang: string, timeZone: string): Pick<ChartWords, 'timeText' | 'tickText'> {
  const formatOf = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(lang, { ...options, timeZone, hourCycle: 'h23' })
  const whole = formatOf({ dateStyle: 'medium', timeStyle: 'medium' })
  const clock = formatOf({ hour: '2-digit', minute: '2-digit' })
  const date = formatOf({ month: 'short', day: 'numeric' })
  const month = formatOf({ month: 'short', year: 'numeric' })
  return {
    timeText: (atMs) => whole.format(atMs),
    tickText: (atMs, stepMs) => {
      if (stepMs >= monthMs) return month.format(atMs)
      const time = clock.format(atMs)
      return stepMs >= dayMs || time === '00:00' ? date.format(atMs) : time
    },
  }
}
