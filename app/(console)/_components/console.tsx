'use client'

import type { ReactNode } from 'react'
import { TeamProvider } from '#app/_components/api/api-provider.tsx'
import { StepUpProvider } from '#app/_components/api/step-up.tsx'
import { TimeZoneProvider } from '#app/_components/time-zone-provider.tsx'
import type { MeView } from '#lib/contracts/me.ts'
import { LiveProvider } from './live/live-provider.tsx'
import { MeProvider } from './me-provider.tsx'
import { Shell } from './shell.tsx'
import { StepUpDialog } from './step-up-dialog.tsx'

/** Everything pages of the console stand in: who, which team, whose clock, live news, and the frame. */
export function Console({ me, children }: { me: MeView; children: ReactNode }) {
  const shell = (
    <StepUpProvider Dialog={StepUpDialog}>
      <Shell>{children}</Shell>
    </StepUpProvider>
  )
  return <MeProvider me={me}>{me.team ? <InTeam team={me.team}>{shell}</InTeam> : shell}</MeProvider>
}

function InTeam({ team, children }: { team: NonNullable<MeView['team']>; children: ReactNode }) {
  return (
    <TeamProvider teamId={team.id}>
      <TimeZoneProvider timeZone={team.timeZone}>
        <LiveProvider teamId={team.id}>{children}</LiveProvider>
      </TimeZoneProvider>
    </TeamProvider>
  )
}
