'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import { createContext, use, useEffect, useRef, useState } from 'react'
import { apiQueryKey } from '#app/_components/api/use-api-query.ts'
import type { LiveEvent } from '#lib/contracts/events.ts'
import { AccessEnded } from './access-ended.tsx'
import type { AccessEnd, LiveStatus } from './live-connection.ts'
import { LiveConnection } from './live-connection.ts'
import { matchesKind, pathsMadeOldBy } from './refresh-paths.ts'
import { useRedraw } from './use-redraw.ts'

type Subscriber = (event: LiveEvent) => void

interface Live {
  status: LiveStatus
  subscribe: (subscriber: Subscriber) => () => void
}

const LiveContext = createContext<Live>({ status: 'connecting', subscribe: () => () => undefined })

/**
 * Events after which what the server drew (roles, names, the shell itself) is drawn anew. Not when a team is closed: the end
 * of the connection says who may stay, and a page drawn before that would lead the others away without a word.
 */
const redrawKinds = ['member.role-changed', 'team.updated']

export interface LiveProviderProps {
  teamId: string
  /** Newest event when the page was drawn: what happened since then comes first. */
  lastEventId: string
  children: ReactNode
}

/** Keeps everything below up to date, and takes it away once the visitor's access has ended. */
export function LiveProvider({ teamId, lastEventId, children }: LiveProviderProps) {
  const [status, setStatus] = useState<LiveStatus>('connecting')
  const [end, setEnd] = useState<AccessEnd>()
  const subscribers = useRef(new Set<Subscriber>())
  const client = useQueryClient()
  const router = useRouter()
  const redraw = useRedraw()
  // Read once per team: a later drawing of the layout must not open a second connection.
  const startAt = useRef(lastEventId)

  useEffect(() => {
    const connection = new LiveConnection(
      { teamId, lastEventId: startAt.current },
      {
        onStatus: setStatus,
        onEvent: (event) => {
          for (const path of pathsMadeOldBy(event.kind)) {
            void client.invalidateQueries({ queryKey: apiQueryKey(teamId, path) })
          }
          if (redrawKinds.some((pattern) => matchesKind(pattern, event.kind))) redraw()
          for (const subscriber of subscribers.current) subscriber(event)
        },
        onResync: () => {
          void client.invalidateQueries()
          redraw()
        },
        onEnd: setEnd,
        onDenied: () => router.refresh(),
      },
    )
    void connection.run()
    const forget = watchBrowser(connection)
    return () => {
      forget()
      connection.close()
    }
  }, [teamId, client, router, redraw])

  useEffect(() => {
    if (end) client.clear()
  }, [end, client])

  const [subscribe] = useState(() => (subscriber: Subscriber) => {
    subscribers.current.add(subscriber)
    return () => {
      subscribers.current.delete(subscriber)
    }
  })

  if (end) return <AccessEnded reason={end} />
  return <LiveContext value={{ status, subscribe }}>{children}</LiveContext>
}

function watchBrowser(connection: LiveConnection): () => void {
  const onVisibility = () => connection.setVisible(document.visibilityState === 'visible')
  const onOnline = () => connection.retryNow()
  document.addEventListener('visibilitychange', onVisibility)
  window.addEventListener('online', onOnline)
  onVisibility()
  return () => {
    document.removeEventListener('visibilitychange', onVisibility)
    window.removeEventListener('online', onOnline)
  }
}

/** How news reaches the page right now. */
export function useLiveStatus(): LiveStatus {
  return use(LiveContext).status
}

/**
 * Calls `onEvent` for each live event of the team whose kind is meant by one of `kinds` (`member.removed`, `member.*`).
 * Lists read by `useApiQuery` refresh by themselves and need none of this.
 */
export function useLive(kinds: readonly string[], onEvent: (event: LiveEvent) => void): void {
  const { subscribe } = use(LiveContext)
  const latest = useRef({ kinds, onEvent })
  useEffect(() => {
    latest.current = { kinds, onEvent }
  })
  useEffect(
    () =>
      subscribe((event) => {
        if (latest.current.kinds.some((pattern) => matchesKind(pattern, event.kind))) latest.current.onEvent(event)
      }),
    [subscribe],
  )
}
