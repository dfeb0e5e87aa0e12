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

export interface ConsoleProps {
  me: MeView
  /** Newest live event when the page was drawn; absent where the visitor may not follow events. */
  lastEventId: string | undefined
  children: ReactNode
}

/** Everything pages of the console stand in: who, which team, whose clock, live news, and the frame. */
export function Console({ me, lastEventId, children }: ConsoleProps) {
  const shell = (
    <StepUpProvider Dialog={StepUpDialog}>
      <Shell isLive={lastEventId !== undefined}>{children}</Shell>
    </StepUpProvider>
  )
  if (!me.team) return <MeProvider me={me}>{shell}</MeProvider>
  const { id, timeZone } = me.team
  return (
    <MeProvider me={me}>
      <TeamProvider teamId={id}>
        <TimeZoneProvider timeZone={timeZone}>
          {lastEventId === undefined ? (
            shell
          ) : (
            <LiveProvider teamId={id} lastEventId={lastEventId}>
              {shell}
            </LiveProvider>
          )}
        </TimeZoneProvider>
      </TeamProvider>
    </MeProvider>
  )
}
