'use client'

import { useLocale } from 'next-intl'
import { useMemo } from 'react'
import { htmlLangOf } from '#lib/i18n/locale.ts'
import { sizeText } from '#lib/size-text.ts'
import { durationText } from './duration-text.ts'

export interface QuantityText {
  /** `1.4 GiB` */
  size: (bytes: number) => string
  /** `4.2 sec` */
  duration: (ms: number) => string
  /** A number of 64 bits that travels as text, in groups of digits. */
  wide: (text: string) => string
}

/** Sizes, times and large numbers in the reader's language. */
export function useQuantityText(): QuantityText {
  const lang = htmlLangOf(useLocale())
  return useMemo(
    () => ({
      size: (bytes) => sizeText(BigInt(Math.round(bytes)), lang),
      duration: (ms) => durationText(ms, lang),
      wide: (text) => (/^\d+$/.test(text) ? new Intl.NumberFormat(lang).format(BigInt(text)) : text),
    }),
    [lang],
  )
}
