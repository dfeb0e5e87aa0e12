'use client'

import { useLocale, useTimeZone } from 'next-intl'
import { useCallback } from 'react'
import { htmlLangOf } from '#lib/i18n/locale.ts'

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/
const day = /^\d{4}-\d{2}-\d{2}$/

/** Instants and days within facts, as the reader writes them, in the time zone of the team; anything else as it is. */
export function useInstantText(): <Value extends string | number>(value: Value) => Value | string {
  const lang = htmlLangOf(useLocale())
  const timeZone = useTimeZone() ?? 'UTC'
  return useCallback(
    (value) => {
      if (typeof value !== 'string') return value
      const format = (options: Intl.DateTimeFormatOptions) =>
        new Intl.DateTimeFormat(lang, options).format(new Date(value))
      if (instant.test(value)) return format({ dateStyle: 'medium', timeStyle: 'short', timeZone })
      return day.test(value) ? format({ dateStyle: 'medium', timeZone: 'UTC' }) : value
    },
    [lang, timeZone],
  )
}
