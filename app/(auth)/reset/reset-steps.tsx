'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Alert } from '#app/_components/ui/alert.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { Spinner } from '#app/_components/ui/spinner.tsx'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { AuthPage } from '../_components/auth-page.tsx'
import { useLinkToken } from '../_sign-in/use-link-token.ts'
import { AskOwner } from './ask-owner.tsx'
import { AskResetForm } from './ask-reset-form.tsx'
import { NewPasswordForm } from './new-password-form.tsx'

/** Asking for a link, or, where the address brings the link's secret, choosing the new password. */
export function ResetSteps({ sendsMail }: { sendsMail: boolean }) {
  const t = useTranslations('auth')
  const { token, isRead, isDamaged, forget } = useLinkToken('krs')
  const [isAsking, setAsking] = useState(false)
  if (!isRead) {
    return (
      <AuthPage title={t('reset.title')}>
        <Spinner />
      </AuthPage>
    )
  }

  const footer = <TextLink href="/sign-in">{t('backToSignIn')}</TextLink>
  if (isDamaged && !isAsking) {
    return (
      <AuthPage title={t('reset.incompleteTitle')} footer={footer}>
        <Alert tone="warn">{t('reset.incomplete')}</Alert>
        <Button variant="primary" size="lg" block onClick={() => setAsking(true)}>
          {t('reset.askAgain')}
        </Button>
      </AuthPage>
    )
  }
  if (token !== '' && !isAsking) {
    return (
      <AuthPage title={t('reset.chooseTitle')} description={t('reset.chooseDescription')} footer={footer}>
        <NewPasswordForm key={token} token={token} onSpent={forget} onAskAgain={() => setAsking(true)} />
      </AuthPage>
    )
  }
  return (
    <AuthPage title={t('reset.title')} footer={footer}>
      {sendsMail ? <AskResetForm /> : <AskOwner />}
    </AuthPage>
  )
}
