'use client'

import { messages } from '#lib/i18n/catalogue-en.ts'
import type { MessagesProviderProps } from './messages-provider.tsx'
import { MessagesProvider } from './messages-provider.tsx'

export function EnglishMessages(props: Omit<MessagesProviderProps, 'locale' | 'messages'>) {
  return <MessagesProvider {...props} locale="en" messages={messages} />
}
