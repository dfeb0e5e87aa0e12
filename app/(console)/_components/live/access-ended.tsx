'use client'

import { DoorClosed } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect } from 'react'
import { apiRequest } from '#app/_components/api/client.ts'
import { Button, buttonClasses } from '#app/_components/ui/button.tsx'
import { FullPageMessage } from '#app/_components/ui/full-page-message.tsx'
import { useMe } from '#app/(console)/_components/me-provider.tsx'
import { signInAddress } from '#app/(console)/_visit/sign-in-address.ts'
import type { AccessEnd } from './live-connection.ts'

/** What a page becomes once its visitor may no longer see it: why, and where to go. Every way out is a full load. */
export function AccessEnded({ reason }: { reason: AccessEnd }) {
  const t = useTranslations('shell.ended')
  const { team, teams } = useMe()
  const name = team?.name ?? ''
  const isSignedOut = reason === 'signed-out'
  const title = isSignedOut ? t('signedOutTitle') : t('noTeamTitle', { team: name })

  useEffect(() => {
    document.title = title
  }, [title])

  return (
    <div role="alert">
      <FullPageMessage
        icon={<DoorClosed aria-hidden="true" />}
        title={title}
        description={isSignedOut ? t('signedOutDescription') : t('noTeamDescription', { team: name })}
        action={isSignedOut ? <SignInAgain /> : <OtherTeams teams={teams.filter(({ id }) => id !== team?.id)} />}
      />
    </div>
  )
}

function SignInAgain() {
  const t = useTranslations('shell.ended')
  return (
    <Button
      variant="primary"
      onClick={() => window.location.assign(signInAddress(window.location.pathname + window.location.search))}
    >
      {t('signIn')}
    </Button>
  )
}

const teamsShownMax = 4

function OtherTeams({ teams }: { teams: readonly { id: string; name: string }[] }) {
  const t = useTranslations('shell.ended')
  async function goOnIn(teamId: string) {
    // A team that is gone by now leads to the start page all the same, which knows what is left.
    await apiRequest('POST', '/me/team', { body: { teamId } }).catch(() => undefined)
    window.location.assign('/clusters')
  }
  return (
    <>
      {teams.slice(0, teamsShownMax).map((team, index) => (
        <Button key={team.id} variant={index === 0 ? 'primary' : 'secondary'} onClick={() => goOnIn(team.id)}>
          {t('toOtherTeam', { team: team.name })}
        </Button>
      ))}
      <a href="/" className={buttonClasses({ variant: teams.length === 0 ? 'primary' : 'secondary' })}>
        {t('start')}
      </a>
    </>
  )
}
