import type { CreateTarget, ProbeView, TargetView } from '#lib/contracts/storage-targets.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { Secret } from '#lib/secret.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { announceEvent, appendEvent } from '#lib/tenancy/events.ts'
import { placeOf } from './create-target.ts'
import { getTargetRow, readHoldings, showTarget } from './target-rows.ts'
import { openTargetSecret } from './target-secrets.ts'
import { tryTarget } from './try-target.ts'

/** Tries out a place that is not stored. @throws AppError `no-backup-directory`, `address-*` */
export async function probeNewTarget({ tenantId, signal }: TenantContext, body: CreateTarget): Promise<ProbeView> {
  const { place, secret } = placeOf(tenantId, body)
  return (await tryTarget({ place, secret: secret === undefined ? undefined : new Secret(secret), signal })).view
}

/** Tries out a stored target again, and keeps what was found. @throws AppError `not-found`, `secret-unreadable` */
export async function probeTarget(ctx: TenantContext, { targetId }: { targetId: string }): Promise<TargetView> {
  const { tenantId, signal } = ctx
  const { row, secret } = await withTenant(tenantId, async (db) => {
    const target = await getTargetRow(db, tenantId, targetId)
    return { row: target, secret: await openTargetSecret(db, target) }
  })
  const { view, capabilities, failure } = await tryTarget({ place: row, secret, signal })
  const { result, seq } = await withTenant(tenantId, async (db) => {
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
      seq: await appendEvent(db, tenantId, { kind: 'storage-target.changed', payload: { targetId } }),
    }
  })
  announceEvent(tenantId, seq)
  return result
}
