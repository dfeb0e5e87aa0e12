import { z } from 'zod'
import { shownName } from './names.ts'
import { id, instant } from './paging.ts'
import { role } from './roles.ts'

export const email = z
  .string()
  .trim()
  .toLowerCase()
  .min(1, { error: 'email-required' })
  .max(254, { error: 'email-malformed' })
  .pipe(z.email({ error: 'email-malformed' }))
export const personName = shownName
export const teamName = shownName
/** Length only, no composition rules (ASVS 5.0 6.2.1, 6.2.5); the list of common passwords is checked on the server. */
export const newPassword = z
  .string()
  .min(1, { error: 'password-required', abort: true })
  .min(12, { error: 'password-too-short' })
  .max(128, { error: 'password-too-long' })
  .meta({ secret: true })
export const currentPassword = z
  .string()
  .min(1, { error: 'password-required' })
  .max(128, { error: 'password-too-long' })
  .meta({ secret: true })
export const locale = z.enum(['en', 'zh'], { error: 'locale-unknown' })

export const signUpBody = z
  .strictObject({ email, password: newPassword, name: personName, teamName, locale: locale.optional() })
  .meta({ example: { email: 'ada@example.com', password: 'correct horse battery', name: 'Ada', teamName: 'Platform' } })
export const signUpView = z.object({ userId: id, teamId: id })

export const signInBody = z.strictObject({ email, password: currentPassword })

const signInErrorPattern = /^([a-z0-9-]{1,40})(?::(\d{1,6}))?$/

/** A failed sign-in as the text that travels in `?error=`: a code of the error table and, after a colon, seconds to wait. */
export function signInErrorText(code: string, retryAfterSeconds?: unknown): string {
  return typeof retryAfterSeconds === 'number' ? `${code}:${retryAfterSeconds}` : code
}

/** Reads what `signInErrorText` wrote; anything else (next-auth has words of its own) is `undefined`. */
export function parseSignInError(text: string): { code: string; retryAfterSeconds?: number } | undefined {
  const [, code, seconds] = signInErrorPattern.exec(text) ?? []
  if (code === undefined) return undefined
  return seconds === undefined ? { code } : { code, retryAfterSeconds: Number(seconds) }
}

export const startResetBody = z.strictObject({ email }).meta({ example: { email: 'ada@example.com' } })
export const startResetView = z.object({ accepted: z.literal(true) })

const linkToken = z
  .string()
  .min(1, { error: 'link-incomplete' })
  .max(200, { error: 'link-incomplete' })
  .meta({ secret: true })

export const completeResetBody = z
  .strictObject({ token: linkToken, password: newPassword })
  .meta({ example: { token: 'krs_0', password: 'correct horse battery' } })
export const completeResetView = z.object({ email: z.string() })

export const lookUpInvitationBody = z.strictObject({ token: linkToken }).meta({ example: { token: 'kin_0' } })
export const offeredInvitationView = z.object({
  teamName: z.string(),
  email: z.string(),
  role,
  invitedBy: z.string(),
  expiresAt: instant,
  /** Whether the invited address has an account already, which then must be signed in to accept. */
  hasAccount: z.boolean(),
})

export const acceptInvitationBody = z
  .strictObject({ token: linkToken, name: personName, password: newPassword, locale: locale.optional() })
  .meta({ example: { token: 'kin_0', name: 'Ada', password: 'correct horse battery' } })
/** Somebody with an account joins from inside it, so that nobody signs them in by a link. */
export const joinTeamBody = z.strictObject({ token: linkToken }).meta({ example: { token: 'kin_0' } })
export const acceptInvitationView = z.object({ teamId: id, email: z.string(), isNewUser: z.boolean() })
