import { createHash } from 'node:crypto'
import { z } from 'zod'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import type { Idempotency } from '#lib/tenancy/context.ts'
import { openTenantSecret } from '#lib/tenancy/tenant-keys.ts'
import { jsonResponse } from './answer.ts'

const keySchema = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, { error: 'idempotency-key-malformed' })
    .optional(),
})

/** The key a caller gave so that a repeated request does nothing twice; at most 200 visible ASCII characters. */
export function idempotencyKeyOf(headers: Headers): string | undefined {
  return parseInput(keySchema, { 'idempotency-key': headers.get('idempotency-key') ?? undefined }, 'headers')[
    'idempotency-key'
  ]
}

/** Tells whether two requests under one key are the same request. */
export function bodyFingerprint(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/**
 * The answer that an earlier request under the same key got, if there was one (kept 24 h).
 * Throws `idempotency-key-reused` when that request was a different one.
 */
export async function findEarlierAnswer(
  tenantId: string,
  { route, key, bodyHash }: Idempotency,
): Promise<Response | undefined> {
  const body = await withTenant(tenantId, async (db) => {
    const row = await db.idempotencyKey.findUnique({ where: { tenantId_route_key: { tenantId, route, key } } })
    if (!row) return undefined
    if (row.bodyHash !== bodyHash)
      throw new AppError('idempotency-key-reused', `Another request to ${route} used this key`)
    const place = { tenantId, table: 'idempotency_key', row: `${route} ${key}`, column: 'responseSealed' }
    return { status: row.status, text: await openTenantSecret(db, row.responseSealed, place) }
  })
  return body && jsonResponse(body.status, body.text, { 'idempotency-replayed': 'true' })
}
