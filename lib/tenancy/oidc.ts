import { z } from 'zod'
import { config } from '#lib/config.ts'
import { email as emailSchema, personName } from '#lib/contracts/auth.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { secondMs } from '#lib/time.ts'

/** A provider's clock may run ahead of ours by this much. */
const clockToleranceMs = 10 * secondMs

/** What we read of an id token; its signature, issuer, audience, nonce and times have been checked by then. */
const claimsSchema = z.object({
  iss: z.string(),
  sub: z.string().min(1),
  email: emailSchema.optional().catch(undefined),
  email_verified: z.boolean().optional().catch(undefined),
  name: personName.optional().catch(undefined),
  preferred_username: personName.optional().catch(undefined),
  auth_time: z.number().int().positive().optional().catch(undefined),
})

export type OidcClaims = z.infer<typeof claimsSchema>

export function parseClaims(claims: unknown): OidcClaims {
  return claimsSchema.parse(claims)
}

/**
 * The claims of an id token that has been verified. A provider may keep the address out of it (OpenID Connect Core 5.4);
 * then its userinfo endpoint is asked, whose answer counts only for the same subject (5.3.2).
 */
export async function collectClaims(idToken: string, askUserinfo: () => Promise<object>): Promise<OidcClaims> {
  const [, payload = ''] = idToken.split('.')
  const claims = parseClaims(JSON.parse(Buffer.from(payload, 'base64url').toString()))
  if (claims.email !== undefined) return claims
  const info: object = await askUserinfo()
  if (!('sub' in info && info.sub === claims.sub)) throw new Error('The userinfo endpoint speaks of somebody else')
  return parseClaims({ ...info, ...claims })
}

/**
 * When the person last proved to the provider who they are. Providers keep people signed in for days: only `auth_time`
 * tells, and where it is missing or lies in the future the answer is "long ago", which no dangerous action accepts.
 */
export function provenAt({ auth_time }: OidcClaims, now: Date): Date {
  const at = new Date((auth_time ?? 0) * secondMs)
  return at.getTime() > now.getTime() + clockToleranceMs ? new Date(0) : at
}

/**
 * The account behind an identity of the provider, made or connected when it is the first visit.
 *
 * The address of an account made by password was never proved to be its owner's: somebody could have signed up with a
 * stranger's address and waited for its owner to come in by this door. So an identity is connected to an existing account
 * only in a browser where that account is signed in (`signedInUserId`), and only for the same, verified address.
 *
 * @throws AppError `oidc-email-unverified`, `oidc-account-exists`, `sign-up-disabled`
 */
export async function findOrCreateOidcUser(
  db: Db,
  claims: OidcClaims,
  signedInUserId: string | undefined,
): Promise<{ userId: string; isNewIdentity: boolean }> {
  const key = { issuer: claims.iss, subject: claims.sub }
  const identity = await db.oidcIdentity.findUnique({ where: { issuer_subject: key } })
  if (identity) return { userId: identity.userId, isNewIdentity: false }

  const { email } = claims
  if (email === undefined || claims.email_verified !== true) {
    throw new AppError('oidc-email-unverified', `${claims.iss} vouches for no e-mail address of ${claims.sub}`)
  }
  const user = await db.user.findUnique({ where: { email }, select: { id: true } })
  if (user && user.id !== signedInUserId) {
    throw new AppError('oidc-account-exists', 'The address belongs to an account that is not signed in here')
  }
  const userId = user?.id ?? (await createUser(db, email, claims))
  await db.oidcIdentity.create({ data: { ...key, userId } })
  return { userId, isNewIdentity: true }
}

async function createUser(db: Db, email: string, claims: OidcClaims): Promise<string> {
  if (!(config().signUpEnabled || (await isInvited(db, email)))) {
    throw new AppError('sign-up-disabled', 'Signing up is switched off, and nobody invited this address')
  }
  const name = claims.name ?? claims.preferred_username ?? email.split('@')[0] ?? email
  const user = await db.user.create({ data: { id: newId(), email, name }, select: { id: true } })
  return user.id
}

async function isInvited(db: Db, email: string): Promise<boolean> {
  const invitation = await db.invitation.findFirst({
    where: { email, acceptedAt: null, revokedAt: null, expiresAt: { gt: new Date() } },
    select: { id: true },
  })
  return invitation !== null
}
