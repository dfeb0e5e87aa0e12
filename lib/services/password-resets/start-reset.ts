import { config } from '#lib/config.ts'
import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { newId } from '#lib/ids.ts'
import { clientNetwork } from '#lib/tenancy/client-network.ts'
import type { RequestContext } from '#lib/tenancy/context.ts'
import { addMs, hourMs } from '#lib/time.ts'

/** Mails to one address in an hour; more would only be a nuisance to its owner. */
const resetsPerHourMax = 3
/** Requests from one network in an hour, whatever the addresses: an office's bad Monday, not a list of strangers to annoy. */
const resetsPerNetworkMax = 20

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

async function noteReset(db: Db, { email, ip }: { email: string; ip: string }): Promise<void> {
  const now = new Date()
  const since = addMs(now, -hourMs)
  const requestedBy = `ip:${clientNetwork(ip)}`
  const ofNetwork = await db.passwordReset.count({ where: { requestedBy, createdAt: { gt: since } } })
  const ofAddress = await db.passwordReset.count({
    where: { email, requestedBy: { startsWith: 'ip:' }, createdAt: { gt: since } },
  })
  if (ofNetwork >= resetsPerNetworkMax || ofAddress >= resetsPerHourMax) return
  await db.passwordReset.create({
    data: { id: newId(), email, requestedBy, expiresAt: addMs(now, resetLifetimeMs), mailDueAt: now },
  })
}
