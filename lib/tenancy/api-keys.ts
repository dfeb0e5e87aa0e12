import { z } from 'zod'
import { permission, role } from '#lib/contracts/roles.ts'
import type { Db } from '#lib/db/pools.ts'
import { hashToken, hasValidChecksum, newSecretToken } from '#lib/ids.ts'
import { minuteMs } from '#lib/time.ts'

const prefix = 'kst'
/** As much of a key as lists show: enough to tell keys apart, 48 of 256 random bits. */
const shownLength = prefix.length + 1 + 8
const touchEveryMs = minuteMs

const instant = z.coerce.date()

const keySchema = z.object({
  id: z.string(),
  tenantId: z.string(),
  name: z.string(),
  scopes: z.array(permission.or(z.string())),
  lastUsedAt: instant.nullable(),
  lastUsedIp: z.string().nullable(),
  readAt: instant,
  teamClosingAt: instant.nullable(),
  role,
  plan: z.string(),
  quotaOverrides: z.unknown(),
})

export type LoadedApiKey = z.infer<typeof keySchema>

/** A new key: `secret` is shown once, the rest is stored. */
export function newApiKey(): { secret: string; prefix: string; keyHash: string } {
  const secret = newSecretToken(prefix)
  return { secret, prefix: secret.slice(0, shownLength), keyHash: hashToken(secret) }
}

/**
 * The living key behind a presented secret: neither expired nor revoked, its creator still a member. Its team may
 * be closing: `teamClosingAt` tells. A typing error is found by the checksum, without a query.
 */
export async function findApiKey(db: Db, secret: string): Promise<LoadedApiKey | undefined> {
  return await findLivingKey(db, hashToken(secret))
}

/** The same, by its id: for work that goes on in its name after the request that showed the secret. */
export async function findKeyById(db: Db, tenantId: string, id: string): Promise<LoadedApiKey | undefined> {
  const row = await db.apiKey.findUnique({ where: { tenantId_id: { tenantId, id } }, select: { keyHash: true } })
  return row ? await findLivingKey(db, row.keyHash) : undefined
}

async function findLivingKey(db: Db, keyHash: string): Promise<LoadedApiKey | undefined> {
  const [row] = await db.$queryRaw<unknown[]>`
    SELECT k."id", k."tenantId", k."name", k."scopes", k."lastUsedAt", k."lastUsedIp", now() AS "readAt",
           t."closingAt" AS "teamClosingAt", m."role", t."plan", t."quotaOverrides"
      FROM "api_key" k
      JOIN "tenant" t ON t."id" = k."tenantId"
      JOIN "membership" m ON m."tenantId" = k."tenantId" AND m."userId" = k."createdBy"
     WHERE k."keyHash" = ${keyHash} AND k."revokedAt" IS NULL AND k."expiresAt" > now()`
  return row === undefined ? undefined : keySchema.parse(row)
}

export function isApiKey(text: string): boolean {
  return text.startsWith(`${prefix}_`) && hasValidChecksum(text)
}

/** Remembers the last use and from where, at most once a minute for one address. */
export async function touchApiKey(db: Db, key: LoadedApiKey, ip: string): Promise<void> {
  const isFresh = key.lastUsedAt !== null && key.readAt.getTime() - key.lastUsedAt.getTime() < touchEveryMs
  if (isFresh && key.lastUsedIp === ip) return
  await db.$executeRaw`
    UPDATE "api_key" SET "lastUsedAt" = now(), "lastUsedIp" = ${ip}
     WHERE "tenantId" = ${key.tenantId}::uuid AND "id" = ${key.id}::uuid`
}
