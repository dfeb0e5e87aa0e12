import { redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { Forbidden } from '#app/(console)/_components/forbidden.tsx'
import { SameTeam } from '#app/(console)/_components/same-team.tsx'
import type { Permission } from '#lib/contracts/roles.ts'
import type { SelfContext, TenantContext } from '#lib/tenancy/context.ts'
import { drawPage } from './draw-page.ts'
import type { PageAddress, PageArguments } from './page-arguments.ts'
import { addressOf } from './page-arguments.ts'
import { getVisitor } from './visitor.ts'

/** What a page of a team knows: whom it is drawn for, in which team, at which address. */
export interface TeamVisit extends PageAddress {
  ctx: TenantContext
  self: SelfContext
}

/**
 * A page that shows something of the visitor's team and asks for `permission`. Others never reach `draw`: without a session
 * they go to sign-in, without a team to the page that makes one, without the permission they read who can grant it.
 */
export function teamPage(permission: Permission, draw: (visit: TeamVisit) => Promise<ReactNode>) {
  return async (page: PageArguments): Promise<ReactNode> => {
    const self = await getVisitor()
    const ctx = self.tenant
    if (!ctx) return redirect('/no-team')
    if (!ctx.permissions.has(permission)) return <Forbidden permission={permission} role={ctx.role} />
    const address = await addressOf(page)
    return <SameTeam teamId={ctx.tenantId}>{await drawPage(self, () => draw({ ctx, self, ...address }))}</SameTeam>
  }
}
