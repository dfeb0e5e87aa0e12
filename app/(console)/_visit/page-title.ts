import type { Metadata } from 'next'
import type { MessageKeys, NestedKeyOf } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import type { Messages } from '#lib/i18n/catalogue-en.ts'

type MessageKey = MessageKeys<Messages, NestedKeyOf<Messages>>

/** Translated title of a page: `export const generateMetadata = pageTitle('members.title')`. */
export function pageTitle(key: MessageKey): () => Promise<Metadata> {
  return async () => {
    const t = await getTranslations()
    return { title: t(key) }
  }
}
