'use client'

import { useTranslations } from 'next-intl'
import { Alert } from '#app/_components/ui/alert.tsx'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import { parseSignInError } from '#lib/contracts/auth.ts'

type FromAddress = string | string[] | undefined

/** What the address brings to the sign-in page: why the identity provider let nobody in, or what went well before. */
export function SignInErrorAlert({ error, notice }: { error: FromAddress; notice?: FromAddress }) {
  const t = useTranslations('auth.signIn')
  const translate = useKeyTranslator('errors')
  if (typeof error === 'string') {
    const { code = '', retryAfterSeconds = 0 } = parseSignInError(error) ?? {}
    return (
      <Alert tone="danger" title={t('failed')}>
        {translate(code, { retryAfterSeconds }, t('providerFailed'))}
      </Alert>
    )
  }
  return notice === 'ready' ? <Alert tone="ok">{t('ready')}</Alert> : null
}
