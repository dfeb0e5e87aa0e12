'use client'

import { z } from 'zod'
import type { ApiProblem } from '#app/_components/api/problem.ts'
import { useApiQuery, useRefresh } from '#app/_components/api/use-api-query.ts'
import { useLive } from '#app/(console)/_components/live/live-provider.tsx'
import type { BackupPlanView } from '#lib/contracts/backup-plans.ts'
import { backupPlanView } from '#lib/contracts/backup-plans.ts'

export const planAnswer = z.object({ data: backupPlanView })

/** Time alone makes a backup late: no event tells of that. */
const lookAgainMs = 15_000

export function planPath(clusterId: string): string {
  return `/clusters/${clusterId}/backup-plan`
}

interface KeptPlan {
  /** Undefined until the first answer. */
  plan: BackupPlanView | undefined
  error: ApiProblem | null
}

/** How a cluster is backed up and how well that protects it, kept fresh. */
export function useBackupPlan(clusterId: string): KeptPlan {
  const path = planPath(clusterId)
  const refresh = useRefresh()
  const { data, error } = useApiQuery(path, planAnswer, { refetchIntervalMs: lookAgainMs })
  useLive(['backup.*', 'drill.*', 'storage-target.*', 'cluster.*'], ({ payload }) => {
    if (payload.clusterId === undefined || payload.clusterId === clusterId) void refresh(path)
  })
  return { plan: data?.data, error }
}
