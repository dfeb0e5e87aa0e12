import type { CreateTarget, ProbeView, TargetView } from '#lib/contracts/storage-targets.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { Secret } from '#lib/secret.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { placeOf } from './create-target.ts'
import { getTargetRow, readHoldings, showTarget } from './target-rows.ts'
import { openTargetSecret } from './target-secrets.ts'
import { tryTarget } from './try-target.ts'

/**
 * Tries out a place that is not stored. It writes into somebody's bucket, if only for a moment, so it is audited.
 *
 * @throws AppError `no-backup-directory`, `address-*`
 */
export async function probeNewTarget(ctx: TenantContext, body: CreateTarget): Promise<ProbeView> {
  const { tenantId, signal } = ctx
  const { place, secret } = placeOf(tenantId, body)
  const { view } = await tryTarget({ place, secret: secret === undefined ? undefined : new Secret(secret), signal })
  return await mutate(ctx, () =>
    Promise.resolve({
      result: view,
      action: 'storage-target.probed',
      target: { kind: 'storage-target', id: newId(), label: body.name },
      diff: { settings: place.settings, isUsable: view.isUsable },
    }),
  )
}

/** Tries out a stored target again, and keeps what was found. @throws AppError `not-found`, `secret-unreadable` */
export async function probeTarget(ctx: TenantContext, { targetId }: { targetId: string }): Promise<TargetView> {
  const { tenantId, signal } = ctx
  const { row, secret } = await withTenant(tenantId, async (db) => {
    const target = await getTargetRow(db, tenantId, targetId)
    return { row: target, secret: await openTargetSecret(db, target) }
  })
  const { view, capabilities, failure } = await tryTarget({ place: row, secret, signal })
  return await mutate(ctx, async (db) => {
    // Whoever changed the target meanwhile has tried it out too: theirs counts.
    await db.storageTarget.updateMany({
      where: { tenantId, id: targetId, changedAt: row.changedAt },
      data: {
        ...{ probe: view.steps, probedAt: new Date(), problem: failure?.code ?? null },
        ...(view.isUsable ? { capabilities: { ...capabilities } } : {}),
      },
    })
    const holdings = await readHoldings(db, tenantId, [targetId])
    return {
      result: showTarget(await getTargetRow(db, tenantId, targetId), holdings.get(targetId)),
      action: 'storage-target.probed',
      target: { kind: 'storage-target', id: targetId, label: row.name },
      diff: { isUsable: view.isUsable },
      event: { kind: 'storage-target.changed', payload: { targetId } },
    }
  })
}
