'use client'

import { NextIntlClientProvider, useLocale } from 'next-intl'
import type { ReactNode } from 'react'

/** Shows all times below in this IANA time zone (the team's); messages and language stay as they are. */
export function TimeZoneProvider({ timeZone, children }: { timeZone: string; children: ReactNode }) {
  const locale = useLocale()
  return (
    <NextIntlClientProvider locale={locale} timeZone={timeZone}>
      {children}
    </NextIntlClientProvider>
  )
}
