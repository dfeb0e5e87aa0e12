import type { TranslationValues } from 'next-intl'
import { createTranslator, useLocale, useMessages } from 'next-intl'
import { useMemo } from 'react'
import type { Messages } from '#lib/i18n/catalogue-en.ts'

type AnyMessages = NonNullable<Parameters<typeof createTranslator>[0]['messages']>

/** The text of a key; the fallback, or else the key itself, where there is none. */
export type KeyTranslator = (key: string, params?: TranslationValues, fallback?: string) => string

/** Texts whose keys are only known at run time: names of audit actions, codes of faults. Elsewhere use `useTranslations`. */
export function useKeyTranslator(namespace: keyof Messages): KeyTranslator {
  const messages: AnyMessages = useMessages()
  const locale = useLocale()
  return useMemo(() => {
    const t = createTranslator({ locale, messages, namespace, timeZone: 'UTC' })
    return (key, params, fallback = key) => (t.has(key) ? t(key, params) : fallback)
  }, [locale, messages, namespace])
}
