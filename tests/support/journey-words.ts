import type { Locale } from '#lib/i18n/locale.ts'
import { translate } from '#lib/i18n/messages.ts'

/** What the product says in that place, `namespace.key`; a test that waits for words nobody says fails here. */
export function say(key: string, params?: Record<string, string | number>, locale: Locale = 'en'): string {
  const words = translate(locale, key, params)
  if (words === key) throw new Error(`there is no message ${key}`)
  return words
}
