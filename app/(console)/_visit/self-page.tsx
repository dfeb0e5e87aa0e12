import type { ReactNode } from 'react'
import type { SelfContext } from '#lib/tenancy/context.ts'
import { drawPage } from './draw-page.ts'
import type { PageAddress, PageArguments } from './page-arguments.ts'
import { addressOf } from './page-arguments.ts'
import { getVisitor } from './visitor.ts'

export interface SelfVisit extends PageAddress {
  self: SelfContext
}

/** A page for anybody signed in, with or without a team. */
export function selfPage(draw: (visit: SelfVisit) => Promise<ReactNode>) {
  return async (page: PageArguments): Promise<ReactNode> => {
    const self = await getVisitor()
    const address = await addressOf(page)
    return drawPage(self, () => draw({ self, ...address }))
  }
}
