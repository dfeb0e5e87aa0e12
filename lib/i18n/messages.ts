import type { TranslationValues } from 'use-intl/core'
import { createTranslator } from 'use-intl/core'
import type { Messages } from './catalogue-en.ts'
import { messages as en } from './catalogue-en.ts'
import { messages as zh } from './catalogue-zh.ts'
import type { Locale } from './locale.ts'

const catalogues: Record<Locale, Messages> = { en, zh }

/** All messages of one language. */
export function messagesOf(locale: Locale): Messages {
  return catalogues[locale]
}

/** Messages whose keys are only known at run time, such as error codes. */
type AnyMessages = NonNullable<Parameters<typeof createTranslator>[0]['messages']>

const translators = { en: translatorOf('en'), zh: translatorOf('zh') }

function translatorOf(locale: Locale) {
  const messages: AnyMessages = catalogues[locale]
  return createTranslator({ locale, messages, timeZone: 'UTC' })
}

/**
 * One message outside React (API answers, mails), `key` being `namespace.key`.
 * An unknown key comes back as it is.
 */
export function translate(locale: Locale, key: string, params?: TranslationValues): string {
  return hasMessage(locale, key) ? translators[locale](key, params) : key
}

function hasMessage(locale: Locale, key: string): boolean {
  return translators[locale].has(key)
}
