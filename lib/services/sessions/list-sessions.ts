import type { SessionView } from '#lib/contracts/me.ts'
import type { Page, PageQuery } from '#lib/contracts/paging.ts'
import type { Session } from '#lib/db/generated/client.ts'
import { withSystem } from '#lib/db/system.ts'
import { behind, createdKey, pageOf } from '#lib/services/paging.ts'
import type { SelfContext } from '#lib/tenancy/context.ts'
import { livingSessionsOf } from '#lib/tenancy/sessions.ts'

/** Where the person is signed in, newest first: every session that still opens doors. */
export function listSessions(ctx: SelfContext, query: PageQuery): Promise<Page<SessionView>> {
  return pageOf(query, {
    list: ['sessions', ctx.user.id],
    key: createdKey,
    keyOf: ({ createdAt, id }: Session) => ({ at: createdAt.toISOString(), id }),
    fetch: (after, count) =>
      withSystem(async (db) =>
        db.session.findMany({
          where: { AND: [await livingSessionsOf(db, ctx.user.id), behind(after, { descendingBy: 'id' })] },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
          take: count,
        }),
      ),
    show: (row: Session) => ({
      id: row.id,
      isCurrent: row.id === ctx.session.id,
      method: row.method === 'oidc' ? 'oidc' : 'password',
      ip: row.ip,
      userAgent: row.userAgent,
      createdAt: row.createdAt.toISOString(),
      seenAt: row.seenAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
    }),
  })
}
