'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { apiRequest } from '#app/_components/api/client.ts'
import { ApiProblem } from '#app/_components/api/problem.ts'
import { Alert } from '#app/_components/ui/alert.tsx'
import { Button, ButtonLink } from '#app/_components/ui/button.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { Spinner } from '#app/_components/ui/spinner.tsx'
import { offeredInvitationView } from '#lib/contracts/auth.ts'
import { AuthPage } from '../_components/auth-page.tsx'
import { useLinkToken } from '../_sign-in/use-link-token.ts'
import type { InvitationReader } from './offered-invitation.tsx'
import { OfferedInvitation } from './offered-invitation.tsx'

const lookUpAnswer = z.object({ data: offeredInvitationView })

/** What an invitation's link leads to: the offer with the way to take it, or why there is none. */
export function InvitationSteps(reader: InvitationReader) {
  const t = useTranslations('auth.invitation')
  const { token, isRead, forget } = useLinkToken('kin')
  const offer = useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) =>
      apiRequest('POST', '/invitations/lookup', { body: { token }, schema: lookUpAnswer, signal }),
    enabled: token !== '',
  })

  if (offer.data && token !== '') {
    return <OfferedInvitation {...reader} offer={offer.data.data} token={token} onAccepted={forget} />
  }
  if (isRead && token === '') return <DeadInvitation title={t('incompleteTitle')} text={t('incomplete')} />
  if (!offer.error) {
    return (
      <AuthPage title={t('title')}>
        <Spinner />
      </AuthPage>
    )
  }
  if (offer.error instanceof ApiProblem && offer.error.code === 'invitation-invalid') {
    return <DeadInvitation title={t('deadTitle')} text={offer.error.detail} />
  }
  return (
    <AuthPage title={t('title')}>
      <FailureAlert error={offer.error} title={t('lookUpFailed')} />
      <Button size="lg" block loading={offer.isFetching} onClick={() => offer.refetch()}>
        {t('retry')}
      </Button>
    </AuthPage>
  )
}

function DeadInvitation({ title, text }: { title: string; text: string }) {
  const t = useTranslations('auth')
  return (
    <AuthPage title={title}>
      <Alert tone="warn">{text}</Alert>
      <ButtonLink href="/sign-in" size="lg" block>
        {t('toSignIn')}
      </ButtonLink>
    </AuthPage>
  )
}
