'use client'

import { NextIntlClientProvider } from 'next-intl'
import type { ReactNode } from 'react'
import type { Messages } from '#lib/i18n/catalogue-en.ts'
import type { Locale } from '#lib/i18n/locale.ts'

export interface MessagesProviderProps {
  locale: Locale
  messages: Messages
  /** When the server drew the page. */
  now: Date
  children: ReactNode
}

/** Messages, clock and a neutral time zone for all client components. */
export function MessagesProvider({ locale, messages, now, children }: MessagesProviderProps) {
  return (
    <NextIntlClientProvider locale={locale} messages={messages} now={now} timeZone="UTC">
      {children}
    </NextIntlClientProvider>
  )
}
