import type { CreateTarget, TargetView } from '#lib/contracts/storage-targets.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { Secret } from '#lib/secret.ts'
import { replan } from '#lib/services/backup-plans/replan.ts'
import { mutate } from '#lib/services/mutate.ts'
import { lockTeam } from '#lib/services/team/team-lock.ts'
import { checkQuota } from '#lib/services/usage/check-quota.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { getTargetRow, showTarget } from './target-rows.ts'
import { sealTargetSecret } from './target-secrets.ts'
import { refusalOf, tryTarget } from './try-target.ts'

/**
 * Stores a place for backups that was tried out a moment ago and can do what backups need. The first one becomes the default,
 * and from then on every cluster that is not switched off is backed up.
 *
 * @throws AppError `storage-*` of the first step that failed, with all steps in `details.probe`; `address-*`,
 *   `no-backup-directory`, `already-exists`, `quota-exceeded`
 */
export async function createTarget(ctx: TenantContext, body: CreateTarget): Promise<TargetView> {
  const { tenantId, signal } = ctx
  const { place, secret } = placeOf(tenantId, body)
  const tried = await tryTarget({ place, secret: secret === undefined ? undefined : new Secret(secret), signal })
  const refusal = refusalOf(tried)
  if (refusal) throw refusal
  return await mutate(ctx, async (db) => {
    await lockTeam(db, tenantId)
    const others = await db.storageTarget.count({ where: { tenantId } })
    checkQuota(ctx.quotas, 'storage-targets', others)
    await demandFreeTargetName(db, tenantId, body.name)
    const id = newId()
    const secretVersion = secret === undefined ? 0 : 1
    const sealed = secret === undefined ? null : await sealTargetSecret(db, { tenantId, id, secretVersion }, secret)
    const { name, kind, isEncrypted } = body
    const isDefault = others === 0
    await db.storageTarget.create({
      data: {
        ...{ tenantId, id, name, kind, isEncrypted, isDefault, sealed, secretVersion, settings: place.settings },
        ...{ capabilities: { ...tried.capabilities }, probe: tried.view.steps, probedAt: new Date() },
      },
    })
    if (isDefault) await replan(db, { tenantId })
    return {
      result: showTarget(await getTargetRow(db, tenantId, id)),
      action: 'storage-target.created',
      target: { kind: 'storage-target', id, label: name },
      diff: { kind: [null, kind], settings: [null, place.settings], isEncrypted: [null, isEncrypted] },
      event: { kind: 'storage-target.changed', payload: { targetId: id } },
    }
  })
}

/** A place as it will be stored, and the secret that goes elsewhere. */
export function placeOf(tenantId: string, body: CreateTarget) {
  const settings = body.kind === 's3' ? body.settings : {}
  return {
    place: { tenantId, kind: body.kind, settings },
    secret: body.kind === 's3' ? body.secretAccessKey : undefined,
  }
}

/** @throws AppError `already-exists` */
export async function demandFreeTargetName(db: Db, tenantId: string, name: string): Promise<void> {
  const taken = await db.storageTarget.findUnique({
    where: { tenantId_name: { tenantId, name } },
    select: { id: true },
  })
  if (taken) throw new AppError('already-exists', `A storage target called ${name} is there already`)
}
