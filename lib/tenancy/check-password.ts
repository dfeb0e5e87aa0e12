import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { AppError } from '#lib/errors.ts'
import { secondMs } from '#lib/time.ts'
import type { Admission, Attempt, Proof } from './login-throttle.ts'
import {
  beginAttempt,
  beginProof,
  forgiveAttempt,
  forgiveProof,
  refuseAttempt,
  withdrawAttempt,
  withdrawProof,
} from './login-throttle.ts'
import { verifyPassword } from './passwords.ts'

/** When a pause answers: long after a hash is done on a busy machine, so that none can be heard in it. */
const pauseAnswerMs = 2 * secondMs

interface Credential {
  userId: string
  passwordHash: string
}

interface Person {
  userId: string
}

/**
 * Whose password it is. The road is the same, and as long, for an account that does not exist, has no password or has
 * another one.
 *
 * @throws AppError `too-many-attempts`, `bad-credentials`, or `rate-limited` when too many passwords wait to be checked
 */
export async function checkPassword(attempt: Attempt, password: string): Promise<Person> {
  const refusal = new AbortController()
  const answerAt = performance.now() + pauseAnswerMs
  const { admission, credential } = await withSystem(async (db) => {
    const begun = await beginAttempt(db, attempt)
    return { admission: begun, credential: begun.isOpen ? await findCredential(db, attempt.email) : undefined }
  })
  const check = async () => await tryPassword({ attempt, admission, credential }, password)
  if (admission.pauseMs === 0) return await check()
  const refused = delay(answerAt - performance.now(), undefined, { signal: refusal.signal }).then(() =>
    refuseAttempt(admission.pauseMs),
  )
  // Only the right password is heard before the refusal of all; what comes after it is never heard.
  const spared = admission.isOpen ? check().catch(() => refused) : refused
  return await Promise.race([spared, refused]).finally(() => refusal.abort())
}

interface Try {
  attempt: Attempt
  admission: Admission
  credential: Credential | undefined
}

async function tryPassword({ attempt, admission, credential }: Try, password: string): Promise<Person> {
  const fits = await verifyPassword(credential?.passwordHash, { password, ip: attempt.ip }).catch((error: unknown) =>
    withSystem((db) => withdrawAttempt(db, attempt, admission)).then(() => Promise.reject(error)),
  )
  if (!(credential && fits)) throw new AppError('bad-credentials', 'Wrong e-mail address or password')
  await withSystem((db) => forgiveAttempt(db, attempt, admission))
  return { userId: credential.userId }
}

/**
 * Whether somebody signed in knows the password of their account. Wrong ones count on their session alone: whoever mistypes
 * shuts nobody out, and whoever found an open browser has ten guesses an hour.
 *
 * @throws AppError `too-many-attempts`, `bad-credentials`, `rate-limited`
 */
export async function confirmPassword(proof: Proof & { ip: string }, password: string): Promise<void> {
  const credential = await withSystem(async (db) => {
    await beginProof(db, proof)
    return await findCredential(db, proof.email)
  })
  const fits = await verifyPassword(credential?.passwordHash, { password, ip: proof.ip }).catch((error: unknown) =>
    withSystem((db) => withdrawProof(db, proof)).then(() => Promise.reject(error)),
  )
  if (!fits) throw new AppError('bad-credentials', 'Wrong password')
  await withSystem((db) => forgiveProof(db, proof))
}

async function findCredential(db: Db, email: string): Promise<Credential | undefined> {
  const credential = await db.credential.findFirst({
    where: { user: { email } },
    select: { userId: true, passwordHash: true },
  })
  return credential ?? undefined
}
