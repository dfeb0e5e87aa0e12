'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Alert } from '#app/_components/ui/alert.tsx'
import { Button, ButtonLink } from '#app/_components/ui/button.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { signOut } from '../_sign-in/auth-client.ts'
import { homePath } from '../_sign-in/return-path.ts'

/** Somebody else is signed in than the one who was invited. */
export function OtherAccount({ visitorEmail, invitedEmail }: { visitorEmail: string; invitedEmail: string }) {
  const t = useTranslations('auth.invitation')
  const [isLeaving, setLeaving] = useState(false)
  const [failure, setFailure] = useState<unknown>()

  async function leave() {
    setFailure(undefined)
    setLeaving(true)
    try {
      await signOut()
      window.location.reload()
    } catch (error) {
      setFailure(error)
      setLeaving(false)
    }
  }

  return (
    <div className="flex flex-col gap-4">
      <Alert tone="warn" title={t('otherAccountTitle')}>
        {t('otherAccount', { visitor: visitorEmail, invited: invitedEmail })}
      </Alert>
      <FailureAlert error={failure} />
      <Button variant="primary" size="lg" block loading={isLeaving} onClick={leave}>
        {t('signOutAndGoOn')}
      </Button>
      <ButtonLink href={homePath} size="lg" block>
        {t('stay')}
      </ButtonLink>
    </div>
  )
}
