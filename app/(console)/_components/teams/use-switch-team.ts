'use client'

import { useTranslations } from 'next-intl'
import { useFailureText } from '#app/_components/ui/failure-alert.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { switchTeam } from './switch-team.ts'

/** Switches the team and says so when that fails. */
export function useSwitchTeam(): (teamId: string, path?: string) => void {
  const t = useTranslations('shell.teams')
  const textOf = useFailureText()
  return (teamId, path) => {
    switchTeam(teamId, path).catch((error: unknown) => {
      toast.failure(t('switchFailed'), { description: textOf(error) })
    })
  }
}
