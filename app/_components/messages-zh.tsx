'use client'

import { messages } from '#lib/i18n/catalogue-zh.ts'
import type { MessagesProviderProps } from './messages-provider.tsx'
import { MessagesProvider } from './messages-provider.tsx'

export function ChineseMessages(props: Omit<MessagesProviderProps, 'locale' | 'messages'>) {
  return <MessagesProvider {...props} locale="zh" messages={messages} />
}
