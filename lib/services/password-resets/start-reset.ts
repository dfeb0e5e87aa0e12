import { config } from '#lib/config.ts'
import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { newId } from '#lib/ids.ts'
import { clientNetwork } from '#lib/tenancy/client-network.ts'
import type { RequestContext } from '#lib/tenancy/context.ts'
import type { Attempt } from '#lib/tenancy/login-throttle.ts'
import { hourMs } from '#lib/time.ts'
import { countResetRequest } from './reset-limits.ts'

/** How long the link of a reset works, counted from the mail that carries it (ASVS 5.0 6.4.2 asks for a short time). */
export const resetLifetimeMs = hourMs

/**
 * Takes note that somebody wants to set a new password. The answer and its time are the same for every address: whether
 * there is an account is only looked at by the sweep that mails the link. Without a mail server nothing can follow, and an
 * owner's link is the way.
 */
export async function startReset(ctx: RequestContext, { email }: { email: string }): Promise<{ accepted: true }> {
  if (config().smtp) await withSystem((db) => noteReset(db, { email, ip: ctx.ip }))
  return { accepted: true }
}

/** Asks the database to write also where nothing is to be written, so that it takes as long. */
async function noteReset(db: Db, attempt: Attempt): Promise<void> {
  const isMailed = await countResetRequest(db, attempt)
  await db.$executeRaw`
    INSERT INTO "password_reset" ("id", "email", "requestedBy", "expiresAt", "mailDueAt")
    SELECT ${newId()}::uuid, ${attempt.email}, ${`ip:${clientNetwork(attempt.ip)}`},
           now() + ${resetLifetimeMs} * interval '1 millisecond', now()
     WHERE ${isMailed}`
}
