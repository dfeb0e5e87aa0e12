import type { ReactNode } from 'react'
import { getMe } from '#lib/services/account/get-me.ts'
import { pollEvents } from '#lib/services/events/poll-events.ts'
import type { SelfContext } from '#lib/tenancy/context.ts'
import { Console } from './console.tsx'

/** The console, as this visitor sees it, around whatever they are shown. */
export async function ConsoleFrame({ self, children }: { self: SelfContext; children: ReactNode }) {
  const [me, lastEventId] = await Promise.all([getMe(self), findLastEventId(self)])
  return (
    <Console me={me} lastEventId={lastEventId}>
      {children}
    </Console>
  )
}

async function findLastEventId({ tenant }: SelfContext): Promise<string | undefined> {
  if (!tenant?.permissions.has('events:read')) return undefined
  const { lastId } = await pollEvents(tenant, {})
  return lastId
}
