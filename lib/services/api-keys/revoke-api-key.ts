import type { ApiKeyView } from '#lib/contracts/api-keys.ts'
import { AppError } from '#lib/errors.ts'
import { mutate } from '#lib/services/mutate.ts'
import { announceAccessChange } from '#lib/tenancy/access-changes.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { showApiKey } from './api-key-rows.ts'

/**
 * Ends a key; the next request with it is refused. The row stays, so that the audit log keeps its name.
 *
 * @throws AppError `not-found`, `conflict` when it is revoked already
 */
export async function revokeApiKey(ctx: TenantContext, { apiKeyId: id }: { apiKeyId: string }): Promise<ApiKeyView> {
  const { tenantId } = ctx
  const revoked = await mutate(ctx, async (db) => {
    const [row] = await db.apiKey.updateManyAndReturn({
      where: { tenantId, id, revokedAt: null },
      data: { revokedAt: new Date() },
    })
    if (!row) {
      const known = await db.apiKey.count({ where: { tenantId, id } })
      throw new AppError(known > 0 ? 'conflict' : 'not-found', `API key ${id} cannot be revoked`)
    }
    return {
      result: showApiKey(row),
      action: 'api-key.revoked',
      target: { kind: 'api-key', id, label: row.name },
      event: { kind: 'api-key.revoked', payload: { apiKeyId: id } },
    }
  })
  await announceAccessChange(id)
  return revoked
}
