'use client'

import type { ReactNode } from 'react'
import { createContext, use, useCallback } from 'react'
import type { ApiMethod, ApiRequestOptions } from './client.ts'
import { apiRequest } from './client.ts'
import { ApiProblem, isSignedOut } from './problem.ts'
import { useStepUp } from './step-up.tsx'

/** `apiRequest` bound to the page's team; leads to sign-in and through step-up by itself. */
export type BoundApiRequest = typeof apiRequest

const TeamContext = createContext<string | undefined>(undefined)

/** Names the team a page was drawn for; every request below carries it. */
export function TeamProvider({ teamId, children }: { teamId: string; children: ReactNode }) {
  return <TeamContext value={teamId}>{children}</TeamContext>
}

/** The team of the page, if it has one. */
export function useTeamId(): string | undefined {
  return use(TeamContext)
}

const signInPath = '/sign-in'

type Attempt = <Answer>(send: () => Promise<Answer>) => Promise<Answer>

/** Goes to sign-in when the session is gone; after a fresh sign-in the server asked for, sends the same request again. */
export function useAttempt(): Attempt {
  const stepUp = useStepUp()
  return useCallback(
    async (send) => {
      try {
        return await send()
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error
        if (isSignedOut(error)) goToSignIn()
        if (error.code !== 'step-up-required' || !(await stepUp())) throw error
        return send()
      }
    },
    [stepUp],
  )
}

/** The way for components to call the API: adds the team, and leads to sign-in and through step-up by itself. */
export function useApi(): BoundApiRequest {
  const teamId = useTeamId()
  const attempt = useAttempt()
  return useCallback(
    async <Data = undefined>(method: ApiMethod, path: string, options: ApiRequestOptions<Data> = {}) =>
      attempt(() => apiRequest<Data>(method, path, { teamId, ...options })),
    [teamId, attempt],
  )
}

/** Leaves for sign-in with the way back; a full load, so that nothing of the old session stays in memory. */
function goToSignIn(): void {
  const { pathname, search } = window.location
  if (pathname === signInPath) return
  window.location.assign(`${signInPath}?${new URLSearchParams({ from: pathname + search })}`)
}
