'use client'

import { useTranslations } from 'next-intl'
import type { z } from 'zod'
import { Time } from '#app/_components/ui/time.tsx'
import type { offeredInvitationView } from '#lib/contracts/auth.ts'
import { AuthPage } from '../_components/auth-page.tsx'
import { invitationPath } from '../_sign-in/return-path.ts'
import { SignInForm } from '../_sign-in/sign-in-form.tsx'
import { JoinAsNewForm } from './join-as-new-form.tsx'
import { JoinButton } from './join-button.tsx'
import { OtherAccount } from './other-account.tsx'

/** Who opened the invitation, and how people sign in here. */
export interface InvitationReader {
  /** Address of whoever is signed in. */
  visitorEmail: string | undefined
  /** Name of the identity provider, where one is configured. */
  oidcName: string | undefined
}

export interface OfferedInvitationProps extends InvitationReader {
  offer: z.infer<typeof offeredInvitationView>
  /** The secret of the link. */
  token: string
  onAccepted: () => void
}

/** A living invitation: which team, in which role, from whom, and the one way this reader can take it. */
export function OfferedInvitation(props: OfferedInvitationProps) {
  const { offer } = props
  const t = useTranslations('auth.invitation')
  const tRole = useTranslations('shell.roles')
  return (
    <AuthPage
      title={t('joinTitle', { team: offer.teamName })}
      description={t('from', { inviter: offer.invitedBy, email: offer.email })}
      footer={t.rich('expires', { time: () => <Time value={offer.expiresAt} /> })}
    >
      <div className="rounded-lg border border-line bg-canvas px-3.5 py-3">
        <p className="font-medium">{t('role', { role: tRole(offer.role) })}</p>
        <p className="text-muted text-sm">{t(`mayDo.${offer.role}`)}</p>
      </div>
      <WayIn {...props} />
    </AuthPage>
  )
}

function WayIn({ offer, token, onAccepted, visitorEmail, oidcName }: OfferedInvitationProps) {
  const t = useTranslations('auth.invitation')
  const provider = oidcName === undefined ? {} : { oidcName }
  if (visitorEmail === offer.email) {
    return <JoinButton token={token} teamName={offer.teamName} visitorEmail={visitorEmail} onAccepted={onAccepted} />
  }
  if (visitorEmail !== undefined) return <OtherAccount visitorEmail={visitorEmail} invitedEmail={offer.email} />
  if (!offer.hasAccount) return <JoinAsNewForm offer={offer} token={token} onAccepted={onAccepted} {...provider} />
  return (
    <section className="flex flex-col gap-4" aria-label={t('signInFirst')}>
      <p className="text-muted">{t('signInFirst')}</p>
      <SignInForm returnTo={invitationPath} email={offer.email} {...provider} />
    </section>
  )
}
