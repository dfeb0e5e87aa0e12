import type { ReactNode } from 'react'
import { getMe } from '#lib/services/account/get-me.ts'
import { pollEvents } from '#lib/services/events/poll-events.ts'
import type { SelfContext } from '#lib/tenancy/context.ts'
import { Console } from './_components/console.tsx'
import { getVisitor } from './_visit/visitor.ts'

/** The frame of everything behind sign-in. Each page judges its visitor itself: this is drawn once for many of them. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const self = await getVisitor()
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
