import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { AppError } from '#lib/errors.ts'
import { isCommonPassword } from './common-passwords.ts'
import { inHashQueue } from './hash-queue.ts'

/** Argon2id, the package's default kind, with 64 MiB and 3 passes: above OWASP's minimum of 46 MiB and 1 pass. */
const cost = { memoryCost: 64 * 1024, timeCost: 3, parallelism: 1 }

/** A hash nobody knows the password of: chance wrote it. Checking against it takes the same work as against any other. */
const unknownHash = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${chance(16)}$${chance(32)}`

function chance(sizeBytes: number): string {
  return randomBytes(sizeBytes).toString('base64').replace(/=+$/, '')
}

/**
 * What to store of a new password: a PHC string. The same characters typed on another system give the same password (NFKC).
 *
 * @param ip who wants it: turns are fair between networks
 * @throws AppError `rate-limited` when too many wait
 */
export function hashPassword(password: string, ip: string): Promise<string> {
  return inHashQueue(ip, () => hash(normalise(password), cost))
}

/**
 * Whether the password fits; without a hash (no such account, or one without a password) it never does, but takes as long.
 *
 * @throws AppError `rate-limited` when too many wait
 */
export async function verifyPassword(
  passwordHash: string | undefined,
  { password, ip }: { password: string; ip: string },
): Promise<boolean> {
  const fits = await inHashQueue(ip, () => verify(passwordHash ?? unknownHash, normalise(password)))
  return fits && passwordHash !== undefined
}

/**
 * Refuses passwords that attackers try first, and those made of the person's own name or address. Length alone is judged by
 * the contract; there are no rules on kinds of characters (ASVS 5.0 6.2.4, 6.2.5, 6.2.11).
 *
 * @param about the e-mail address and names of the person and the team
 * @throws AppError `password-too-common`
 */
export function checkNewPassword(password: string, about: readonly string[]): void {
  if (isCommonPassword(normalise(password), about)) {
    throw new AppError('password-too-common', 'The new password is a common one, or made of what everybody knows')
  }
}

function normalise(password: string): string {
  return password.normalize('NFKC')
}
