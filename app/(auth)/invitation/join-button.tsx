'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { z } from 'zod'
import { apiRequest } from '#app/_components/api/client.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { acceptInvitationView } from '#lib/contracts/auth.ts'
import { homePath } from '../_sign-in/return-path.ts'

const joinAnswer = z.object({ data: acceptInvitationView })

export interface JoinButtonProps {
  token: string
  teamName: string
  visitorEmail: string
  onAccepted: () => void
}

/** Takes an invitation from inside the account it was sent to. */
export function JoinButton({ token, teamName, visitorEmail, onAccepted }: JoinButtonProps) {
  const t = useTranslations('auth.invitation')
  const [isJoining, setJoining] = useState(false)
  const [failure, setFailure] = useState<unknown>()

  async function join() {
    setFailure(undefined)
    setJoining(true)
    try {
      const { data } = await apiRequest('POST', '/me/invitations', { body: { token }, schema: joinAnswer })
      await apiRequest('POST', '/me/team', { body: { teamId: data.teamId } })
      onAccepted()
      window.location.assign(homePath)
    } catch (error) {
      setFailure(error)
      setJoining(false)
    }
  }

  return (
    <div className="flex flex-col gap-4">
      <FailureAlert error={failure} title={t('joinFailed')} />
      <Button variant="primary" size="lg" block loading={isJoining} onClick={join}>
        {t('join', { team: teamName })}
      </Button>
      <p className="text-muted text-sm [overflow-wrap:anywhere]">{t('signedInAs', { email: visitorEmail })}</p>
    </div>
  )
}
