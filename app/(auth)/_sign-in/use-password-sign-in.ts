'use client'

import { useLocale, useTranslations } from 'next-intl'
import { relativeTime } from '#app/_components/ui/relative-time.ts'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import { htmlLangOf } from '#lib/i18n/locale.ts'
import { signInWithPassword } from './auth-client.ts'

/** Signs in with e-mail and password; failures come in the reader's language, with the time to wait in words. */
export function usePasswordSignIn(): (credentials: { email: string; password: string }) => Promise<void> {
  const t = useTranslations('auth')
  const translate = useKeyTranslator('errors')
  const lang = htmlLangOf(useLocale())
  return (credentials) =>
    signInWithPassword(credentials, (code, params) => {
      if (code !== 'too-many-attempts') return translate(code, params, translate('internal'))
      const now = new Date()
      const until = new Date(now.getTime() + params.retryAfterSeconds * 1000)
      return t('throttled', { wait: relativeTime(until, now, lang) })
    })
}
