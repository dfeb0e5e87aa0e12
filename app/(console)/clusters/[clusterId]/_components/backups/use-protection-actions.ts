'use client'

import { useTranslations } from 'next-intl'
import { useApiMutation } from '#app/_components/api/use-api-query.ts'
import { useFailureText } from '#app/_components/ui/failure-alert.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { planPath } from './use-backup-plan.ts'

interface Asking {
  isSending: boolean
  ask: () => void
}

export interface ProtectionActions {
  backUp: Asking
  prove: Asking
  switchOn: Asking
}

/** What can be asked for on the page of one cluster: a backup now, a proof now, backups at all. */
export function useProtectionActions(clusterId: string): ProtectionActions {
  const t = useTranslations('cluster-backups')
  const textOf = useFailureText()
  const invalidates = [planPath(clusterId), '/backups', '/drills', '/jobs']
  const backUp = useApiMutation({ invalidates })
  const prove = useApiMutation({ invalidates })
  const switchOn = useApiMutation({ invalidates })
  const tell = (title: string) => (error: unknown) => toast.failure(title, { description: textOf(error) })
  return {
    backUp: {
      isSending: backUp.isPending,
      ask: () =>
        backUp.mutate(
          { method: 'POST', path: `/clusters/${clusterId}/backups`, body: {} },
          { onError: tell(t('actions.backUpFailed')) },
        ),
    },
    prove: {
      isSending: prove.isPending,
      ask: () =>
        prove.mutate(
          { method: 'POST', path: `/clusters/${clusterId}/drills`, body: {} },
          { onError: tell(t('actions.proveFailed')) },
        ),
    },
    switchOn: {
      isSending: switchOn.isPending,
      ask: () =>
        switchOn.mutate(
          { method: 'PATCH', path: planPath(clusterId), body: { isOn: true } },
          { onError: tell(t('switchFailed')), onSuccess: () => toast.ok(t('switchedOn')) },
        ),
    },
  }
}
