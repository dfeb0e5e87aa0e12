'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { htmlLangOf } from '#lib/i18n/locale.ts'
import { sizeText } from '#lib/size-text.ts'
import { durationParts } from './duration-parts.ts'

export interface QuantityText {
  /** `1.4 GiB` */
  size: (bytes: number) => string
  /** `4.2 s` */
  duration: (ms: number) => string
  /** A number of 64 bits that travels as text, in groups of digits. */
  wide: (text: string) => string
}

/**
 * Sizes, times and large numbers in the reader's language. Units of time are words of ours: browser and server know those of
 * languages in different versions, and would not agree on the page.
 */
export function useQuantityText(): QuantityText {
  const t = useTranslations('backups.units')
  const lang = htmlLangOf(useLocale())
  return useMemo(
    () => ({
      size: (bytes) => sizeText(BigInt(Math.round(bytes)), lang),
      duration: (ms) =>
        durationParts(ms)
          .map(({ value, unit }) => t(unit, { value }))
          .join(' '),
      wide: (text) => (/^\d+$/.test(text) ? new Intl.NumberFormat(lang).format(BigInt(text)) : text),
    }),
    [t, lang],
  )
}
