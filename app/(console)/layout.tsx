import type { ReactNode } from 'react'
import { getMe } from '#lib/services/account/get-me.ts'
import { Console } from './_components/console.tsx'
import { getVisitor } from './_visit/visitor.ts'

/** The frame of everything behind sign-in. Each page judges its visitor itself: this is drawn once for many of them. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const self = await getVisitor()
  return <Console me={await getMe(self)}>{children}</Console>
}
