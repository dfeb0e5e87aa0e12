import type { z } from 'zod'
import type { ApiKeyView, createApiKeyBody } from '#lib/contracts/api-keys.ts'
import type { Permission } from '#lib/contracts/roles.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { mutate } from '#lib/services/mutate.ts'
import { lockTeam } from '#lib/services/team/team-lock.ts'
import { checkQuota } from '#lib/services/usage/check-quota.ts'
import { newApiKey } from '#lib/tenancy/api-keys.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { addMs, dayMs } from '#lib/time.ts'
import { inState, showApiKey } from './api-key-rows.ts'

/**
 * Makes an API key, shown once in this answer and stored as a hash. It acts for the person who made it: with no scope they
 * do not hold, and no longer than they are a member. Only a person makes keys, so a leaked key cannot outlive itself.
 *
 * @throws AppError `permission-denied` naming the first scope the person lacks, `person-required`, `quota-exceeded`
 */
export async function createApiKey(
  ctx: TenantContext,
  { name, scopes, expiresInDays }: z.output<typeof createApiKeyBody>,
): Promise<ApiKeyView & { secret: string }> {
  const { tenantId, session, actor, quotas } = ctx
  if (!session) throw new AppError('person-required', 'An API key cannot make API keys')
  const kept = checkScopes(ctx, scopes)
  const { secret, prefix, keyHash } = newApiKey()
  return await mutate(ctx, async (db) => {
    await lockTeam(db, tenantId)
    checkQuota(quotas, 'api-keys', await db.apiKey.count({ where: { tenantId, ...inState('active', new Date()) } }))
    const id = newId()
    const row = await db.apiKey.create({
      data: {
        tenantId,
        id,
        name,
        prefix,
        keyHash,
        scopes: kept,
        createdBy: session.userId,
        createdByEmail: actor.label,
        expiresAt: addMs(new Date(), expiresInDays * dayMs),
      },
    })
    return {
      result: { ...showApiKey(row), secret },
      action: 'api-key.created',
      target: { kind: 'api-key', id, label: name },
      diff: { scopes: [null, kept], expiresAt: [null, row.expiresAt.toISOString()] },
      event: { kind: 'api-key.created', payload: { apiKeyId: id } },
    }
  })
}

function checkScopes({ permissions, role }: TenantContext, scopes: readonly Permission[]): Permission[] {
  const lacking = scopes.find((scope) => !permissions.has(scope))
  if (lacking !== undefined) {
    throw new AppError('permission-denied', `The scope ${lacking} is not held by the ${role} who asks for it`, {
      details: { permission: lacking, role },
    })
  }
  return [...new Set(scopes)].toSorted()
}
