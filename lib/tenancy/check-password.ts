import { withSystem } from '#lib/db/system.ts'
import { AppError } from '#lib/errors.ts'
import type { Attempt } from './login-throttle.ts'
import { beginAttempt, forgiveAttempt } from './login-throttle.ts'
import { verifyPassword } from './passwords.ts'

/**
 * Whose password it is. The road is the same, and as long, for an account that does not exist, has no password or has
 * another one; sign-in, step-up and password change all count on the same limits.
 *
 * @throws AppError `too-many-attempts`, `bad-credentials`, or `rate-limited` when too many passwords wait to be checked
 */
export async function checkPassword(attempt: Attempt, password: string): Promise<{ userId: string }> {
  const credential = await withSystem(async (db) => {
    await beginAttempt(db, attempt)
    return await db.credential.findFirst({
      where: { user: { email: attempt.email } },
      select: { userId: true, passwordHash: true },
    })
  })
  const fits = await verifyPassword(credential?.passwordHash, password)
  if (!(credential && fits)) throw new AppError('bad-credentials', 'Wrong e-mail address or password')
  await withSystem((db) => forgiveAttempt(db, attempt))
  return { userId: credential.userId }
}
