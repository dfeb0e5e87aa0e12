import { config } from '#lib/config.ts'
import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { AppError } from '#lib/errors.ts'
import { hashToken, newId, newSecretToken } from '#lib/ids.ts'
import { recordAccountEvent } from '#lib/tenancy/account-chain.ts'
import { addMs } from '#lib/time.ts'
import { resetLifetimeMs } from './start-reset.ts'

/** Who asked for a reset, as `password_reset.requestedBy` keeps it. */
export const requestedByOperator = 'operator'

interface LinkWish {
  email: string
  /** What the command is called, for the audit log. */
  command: string
  requestId: string
}

/**
 * A link with which a person sets a new password, for whoever runs the installation: the way out where no mail is sent and
 * no owner may make one, since the person is in several teams or is the owner. It works once, as long as a mailed one, and
 * makes earlier ones of the operator for that person useless. As with mail, an account without a password gets none: its
 * identity provider guards it.
 *
 * @throws AppError `not-found` when nobody has the address, `reset-not-allowed` when the account has no password
 */
export async function createOperatorLink(wish: LinkWish): Promise<{ link: string; expiresAt: string }> {
  const token = newSecretToken('krs')
  const expiresAt = addMs(new Date(), resetLifetimeMs)
  await withSystem((db) => keepLink(db, wish, { tokenHash: hashToken(token), expiresAt }))
  return { link: `${config().publicUrl}/reset#${token}`, expiresAt: expiresAt.toISOString() }
}

async function keepLink(db: Db, wish: LinkWish, row: { tokenHash: string; expiresAt: Date }): Promise<void> {
  const { email, command, requestId } = wish
  const user = await db.user.findUnique({
    where: { email },
    select: { id: true, credential: { select: { userId: true } } },
  })
  if (!user) throw new AppError('not-found', `Nobody has the address ${email}`)
  if (!user.credential) throw new AppError('reset-not-allowed', `${email} signs in without a password`)
  const { id: userId } = user
  await db.passwordReset.deleteMany({ where: { userId, requestedBy: requestedByOperator, usedAt: null } })
  await db.passwordReset.create({ data: { ...row, id: newId(), email, userId, requestedBy: requestedByOperator } })
  const actor = { kind: 'system' as const, id: command, label: command }
  const author = { userId, teamId: null, actor, via: 'command' as const, requestId }
  const target = { kind: 'user', id: userId, label: email }
  await recordAccountEvent(db, author, { action: 'account.reset-link-created', target })
}
