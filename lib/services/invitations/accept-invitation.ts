import type { z } from 'zod'
import type { acceptInvitationBody, acceptInvitationView } from '#lib/contracts/auth.ts'
import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { isUniqueViolation } from '#lib/db/transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import type { RequestContext } from '#lib/tenancy/context.ts'
import { announceEvent } from '#lib/tenancy/events.ts'
import { checkNewPassword, hashPassword } from '#lib/tenancy/passwords.ts'
import { getOffer } from './get-offer.ts'
import { takeUpOffer } from './take-up-offer.ts'

/**
 * Makes an account for somebody new and lets them into the team, all or nothing. Who has an account joins from inside it:
 * a link found in a mailbox must not set a password for it.
 *
 * @throws AppError `invitation-invalid`, `sign-in-first`, `password-too-common`, `quota-exceeded`
 */
export async function acceptInvitation(
  context: RequestContext,
  { token, password, ...person }: z.output<typeof acceptInvitationBody>,
): Promise<z.input<typeof acceptInvitationView>> {
  const { email, teamName } = await withSystem(async (db) => {
    const offer = await getOffer(db, token)
    await checkHasNoAccount(db, offer.email)
    return offer
  })
  checkNewPassword(password, [email, person.name, teamName])
  // Hashing takes a tenth of a second and stands outside the transaction, behind the first look at the token.
  const passwordHash = await hashPassword(password, context.ip)
  const { tenantId, eventSeq } = await withSystem(async (db) => {
    const offer = await getOffer(db, token)
    const userId = newId()
    await addPerson(db, { id: userId, email: offer.email, passwordHash, ...person })
    const seq = await takeUpOffer(db, { offer, userId, via: 'public', context })
    return { tenantId: offer.tenantId, eventSeq: seq }
  })
  announceEvent(tenantId, eventSeq)
  return { teamId: tenantId, email, isNewUser: true }
}

async function checkHasNoAccount(db: Db, email: string): Promise<void> {
  const account = await db.user.findUnique({ where: { email }, select: { id: true } })
  if (account) throw new AppError('sign-in-first', `${email} has an account already`)
}

interface NewPerson {
  id: string
  email: string
  name: string
  locale?: 'en' | 'zh' | undefined
  passwordHash: string
}

async function addPerson(db: Db, { id, email, name, locale, passwordHash }: NewPerson): Promise<void> {
  const data = { id, email, name, ...(locale ? { locale } : {}), credential: { create: { passwordHash } } }
  try {
    await db.user.create({ data })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new AppError('sign-in-first', `${email} got an account meanwhile`, { cause: error })
  }
}
