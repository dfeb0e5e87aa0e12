'use client'

import { useEffect, useState } from 'react'
import { z } from 'zod'
import { useApi } from '#app/_components/api/api-provider.tsx'
import type { ApiProblem } from '#app/_components/api/problem.ts'
import { useApiQuery, useRefresh } from '#app/_components/api/use-api-query.ts'
import { useLive } from '#app/(console)/_components/live/live-provider.tsx'
import type { ClusterWatchView } from '#lib/contracts/watch.ts'
import { clusterWatchView, collectionAskedView } from '#lib/contracts/watch.ts'

const answer = z.object({ data: clusterWatchView })
const asked = z.object({ data: collectionAskedView })

/** Figures change without an event; states do not. */
const lookAgainMs = 15_000
/** While somebody waits for a look. */
const waitingMs = 1500
/** From then on it is said that no worker has taken it up. */
const slowAfterMs = 20_000

export interface Inspect {
  /** Somebody asked for a look, and it has not come yet. */
  isWaiting: boolean
  isSlow: boolean
  failure: unknown
  ask: () => void
}

export interface Watch {
  /** Undefined until the first answer. */
  view: ClusterWatchView | undefined
  error: ApiProblem | null
  inspect: Inspect
}

/** What is watched of a cluster, kept fresh, and the way to have it looked at now. */
export function useWatch(clusterId: string, initial: ClusterWatchView | undefined): Watch {
  const path = `/clusters/${clusterId}/watch`
  const request = useApi()
  const refresh = useRefresh()
  const [askedAt, setAskedAt] = useState<string>()
  const [isSending, setSending] = useState(false)
  const [failure, setFailure] = useState<unknown>()
  const [wait, setWait] = useState(false)
  const { data, error } = useApiQuery(path, answer, {
    refetchIntervalMs: wait ? waitingMs : lookAgainMs,
    ...(initial ? { initialData: { data: initial } } : {}),
  })
  useLive(['cluster.*', 'finding.*'], ({ payload }) => {
    if (payload.clusterId === clusterId) void refresh(path)
  })
  const view = data?.data
  const isOpen = askedAt !== undefined && !isNewer(view?.collection.at ?? null, askedAt)
  const isWaiting = isSending || isOpen || view?.collection.isAsked === true
  if (wait !== isWaiting) setWait(isWaiting)

  const ask = async () => {
    setFailure(undefined)
    setSending(true)
    try {
      const { data: told } = await request('POST', `/clusters/${clusterId}/collections`, { schema: asked })
      setAskedAt(told.askedAt)
      await refresh(path)
    } catch (problem) {
      setFailure(problem)
    } finally {
      setSending(false)
    }
  }
  return { view, error, inspect: { isWaiting, isSlow: useIsLong(isWaiting), failure, ask: () => void ask() } }
}

function isNewer(at: string | null, than: string): boolean {
  return at !== null && Date.parse(at) >= Date.parse(than)
}

/** Whether something has been so for long. */
function useIsLong(isOn: boolean): boolean {
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    if (!isOn) return
    const timer = setTimeout(() => setLong(true), slowAfterMs)
    return () => {
      clearTimeout(timer)
      setLong(false)
    }
  }, [isOn])
  return isLong
}
