'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Alert } from '#app/_components/ui/alert.tsx'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import { OidcButton } from '#app/(auth)/_sign-in/oidc-button.tsx'
import { parseSignInError } from '#lib/contracts/auth.ts'
import { useMe } from '../_components/me-provider.tsx'

/** The doors to this account, and a button to add the identity provider's. */
export function SignInMethodsPanel({ connectError }: { connectError: string | null }) {
  const t = useTranslations('account.methods')
  const { hasPassword, identityProvider } = useMe()
  return (
    <Panel title={t('title')} description={t('description')}>
      {connectError === null ? null : <ConnectErrorAlert error={connectError} />}
      <ul className="divide-y divide-line">
        <Method
          name={t('password')}
          state={hasPassword ? <Badge tone="ok">{t('passwordSet')}</Badge> : <Badge>{t('passwordNotSet')}</Badge>}
        />
        {identityProvider ? (
          <Method
            name={identityProvider.name}
            state={
              identityProvider.isConnected ? (
                <Badge tone="ok">{t('connected')}</Badge>
              ) : (
                <OidcButton
                  name={identityProvider.name}
                  returnTo="/account"
                  label={t('connect', { name: identityProvider.name })}
                  size="md"
                />
              )
            }
          />
        ) : null}
      </ul>
    </Panel>
  )
}

function Method({ name, state }: { name: string; state: ReactNode }) {
  return (
    <li className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-2 py-2">
      <span className="font-medium">{name}</span>
      {state}
    </li>
  )
}

function ConnectErrorAlert({ error }: { error: string }) {
  const t = useTranslations('account.methods')
  const translate = useKeyTranslator('errors')
  const { code = '', retryAfterSeconds = 0 } = parseSignInError(error) ?? {}
  return (
    <div className="mb-3">
      <Alert tone="danger" title={t('connectFailed')}>
        {translate(code, { retryAfterSeconds }, t('providerFailed'))}
      </Alert>
    </div>
  )
}
