'use client'

import { useEffect, useRef, useState } from 'react'
import { z } from 'zod'
import { useApiQuery, useRefresh } from '#app/_components/api/use-api-query.ts'
import type { JobView } from '#lib/contracts/jobs.ts'
import { jobView } from '#lib/contracts/jobs.ts'
import { planPath } from './use-backup-plan.ts'

const answer = z.object({ data: z.array(jobView) })

/** Events tell of beginning and end; what lies between is asked for. */
const busyMs = 1_000
const calmMs = 15_000
/** More jobs of one cluster than are ever open at a time. */
const newestMax = 10

export interface ClusterWork {
  backup: JobView | undefined
  drill: JobView | undefined
}

/** The backup and the drill of a cluster that wait or run, with how far they have come. */
export function useClusterWork(clusterId: string): ClusterWork {
  const [isBusy, setBusy] = useState(false)
  const { data } = useApiQuery('/jobs', answer, {
    query: { subject: clusterId, limit: newestMax },
    refetchIntervalMs: isBusy ? busyMs : calmMs,
  })
  const open = (data?.data ?? []).filter(({ state }) => state === 'queued' || state === 'running')
  const backup = open.find(({ kind }) => kind === 'take-backup')
  const drill = open.find(({ kind }) => kind === 'run-drill')
  const isWorking = backup !== undefined || drill !== undefined
  if (isBusy !== isWorking) setBusy(isWorking)
  useRereadAfter([backup, drill].map((job) => (job ? `${job.id} ${job.state}` : '')).join(), clusterId)
  return { backup, drill }
}

/** A schedule starts work without an event of its own: what shows it is read again when it begins and when it has ended. */
function useRereadAfter(work: string, clusterId: string): void {
  const refresh = useRefresh()
  const seen = useRef(work)
  const latest = useRef(refresh)
  useEffect(() => {
    latest.current = refresh
  })
  useEffect(() => {
    if (seen.current === work) return
    seen.current = work
    void latest.current(planPath(clusterId), '/backups', '/drills')
  }, [work, clusterId])
}
