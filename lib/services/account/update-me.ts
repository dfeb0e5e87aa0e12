import type { z } from 'zod'
import type { MeView, updateMeBody } from '#lib/contracts/me.ts'
import type { SelfContext } from '#lib/tenancy/context.ts'
import { getMe } from './get-me.ts'
import { accountTarget, mutateAccount } from './mutate-account.ts'

/** Changes name and language of the person's own account. */
export async function updateMe(ctx: SelfContext, body: z.output<typeof updateMeBody>): Promise<MeView> {
  const name = body.name ?? ctx.user.name
  const locale = body.locale ?? ctx.user.locale
  await mutateAccount(ctx, async (db) => {
    await db.user.update({ where: { id: ctx.user.id }, data: { name, locale } })
    const diff = {
      ...(name === ctx.user.name ? {} : { name: [ctx.user.name, name] }),
      ...(locale === ctx.user.locale ? {} : { locale: [ctx.user.locale, locale] }),
    }
    return { result: undefined, action: 'account.updated', target: accountTarget(ctx), diff }
  })
  return await getMe({ ...ctx, user: { ...ctx.user, name, locale } })
}
