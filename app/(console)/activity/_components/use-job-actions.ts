'use client'

import { useTranslations } from 'next-intl'
import { useApiMutation } from '#app/_components/api/use-api-query.ts'
import { useFailureText } from '#app/_components/ui/failure-alert.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import type { JobView } from '#lib/contracts/jobs.ts'

/** What the visitor can do with jobs. */
export interface JobActions {
  canCancel: (job: JobView) => boolean
  canRetry: (job: JobView) => boolean
  /** Throws what the API says. */
  cancel: (job: JobView) => Promise<void>
  /** Says on the page how it went. */
  retry: (job: JobView) => Promise<void>
}

export function useJobActions(): JobActions {
  const t = useTranslations('activity')
  const { can } = usePermissions()
  const failureText = useFailureText()
  const change = useApiMutation({ invalidates: ['/jobs', '/usage'] })
  const mayWrite = can('jobs:write')
  const post = (job: JobView, verb: 'cancel' | 'retry') =>
    change.mutateAsync({ method: 'POST', path: `/jobs/${job.id}/${verb}` })
  return {
    canCancel: ({ state, cancelRequestedAt }) =>
      mayWrite && (state === 'queued' || (state === 'running' && cancelRequestedAt === null)),
    canRetry: ({ state }) => mayWrite && (state === 'failed' || state === 'cancelled'),
    cancel: async (job) => {
      await post(job, 'cancel')
      toast.ok(t('cancelled'))
    },
    retry: async (job) => {
      try {
        await post(job, 'retry')
        toast.ok(t('retried'))
      } catch (error) {
        toast.failure(t('retryFailed'), { description: failureText(error) })
      }
    },
  }
}
