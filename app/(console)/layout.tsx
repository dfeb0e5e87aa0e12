import type { ReactNode } from 'react'
import { ConsoleFrame } from './_components/console-frame.tsx'
import { getVisitor } from './_visit/visitor.ts'

/** The frame of everything behind sign-in. Each page judges its visitor itself: this is drawn once for many of them. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  return <ConsoleFrame self={await getVisitor()}>{children}</ConsoleFrame>
}
