'use client'

import type { ReactNode } from 'react'
import { createContext, use } from 'react'
import type { MeView } from '#lib/contracts/me.ts'

const MeContext = createContext<MeView | undefined>(undefined)

/** Tells everything below who is signed in and in which team. */
export function MeProvider({ me, children }: { me: MeView; children: ReactNode }) {
  return <MeContext value={me}>{children}</MeContext>
}

/** Who is signed in, their teams and the team of the page. Throws outside the console. */
export function useMe(): MeView {
  const me = use(MeContext)
  if (!me) throw new Error('useMe stands outside the console layout')
  return me
}

/** The team of the page. Throws on pages without a team (account, no-team). */
export function useTeam(): NonNullable<MeView['team']> {
  const { team } = useMe()
  if (!team) throw new Error('useTeam stands on a page without a team')
  return team
}
