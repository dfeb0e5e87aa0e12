import type { Db } from '#lib/db/pools.ts'
import type { RevocationReason } from '#lib/tenancy/sessions.ts'
import { revokeSessions } from '#lib/tenancy/sessions.ts'

interface Replacement {
  userId: string
  passwordHash: string
  reason: RevocationReason
}

/** Sets a password and takes back whatever the old one may have opened: all sessions and all reset links. */
export async function replacePassword(db: Db, { userId, passwordHash, reason }: Replacement): Promise<void> {
  const now = new Date()
  await db.credential.upsert({
    where: { userId },
    create: { userId, passwordHash },
    update: { passwordHash, changedAt: now },
  })
  await revokeSessions(db, { userId }, reason)
  await db.passwordReset.updateMany({ where: { userId, usedAt: null }, data: { usedAt: now, mailDueAt: null } })
}
