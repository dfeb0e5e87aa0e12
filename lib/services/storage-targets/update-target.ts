import { z } from 'zod'
import type { TargetView, UpdateTarget } from '#lib/contracts/storage-targets.ts'
import { s3Settings } from '#lib/contracts/storage-targets.ts'
import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import { Secret } from '#lib/secret.ts'
import { replan } from '#lib/services/backup-plans/replan.ts'
import { mutate } from '#lib/services/mutate.ts'
import { lockTeam } from '#lib/services/team/team-lock.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { JsonValue } from '#lib/tenancy/json-value.ts'
import { demandFreeTargetName } from './create-target.ts'
import type { TargetRow } from './target-rows.ts'
import { getTargetRow, lockTarget, readHoldings, showTarget } from './target-rows.ts'
import { openTargetSecret, sealTargetSecret } from './target-secrets.ts'
import type { Tried } from './try-target.ts'
import { refusalOf, tryTarget } from './try-target.ts'

/**
 * Changes how a target is reached, what it is called, or that it is the default. A new way to it, a new secret among them, is
 * tried out before it replaces the old one; what lies there stays readable, since its place does not change. A secret goes only
 * where it went before: with another endpoint it has to be given again.
 *
 * @throws AppError `not-found`, `storage-*` with `details.probe`, `passwords-needed`, `already-exists`, `conflict`
 */
export async function updateTarget(
  ctx: TenantContext,
  { targetId, ...change }: UpdateTarget & { targetId: string },
): Promise<TargetView> {
  const { tenantId, signal } = ctx
  const { row, stored } = await withTenant(tenantId, async (db) => {
    const target = await getTargetRow(db, tenantId, targetId)
    return { row: target, stored: await openTargetSecret(db, target) }
  })
  const settings = changedSettings(row, change)
  const secret = change.secretAccessKey === undefined ? stored : new Secret(change.secretAccessKey)
  const isMoved = settings !== undefined || change.secretAccessKey !== undefined
  const place = { tenantId, kind: row.kind, settings: settings ?? row.settings }
  const tried = isMoved ? await tryTarget({ place, secret, signal }) : undefined
  const refusal = tried && refusalOf(tried)
  if (refusal) throw refusal
  return await mutate(ctx, async (db) => {
    await lockTeam(db, tenantId)
    const current = await lockTarget(db, tenantId, targetId)
    if (current.changedAt.getTime() !== row.changedAt.getTime()) {
      throw new AppError('conflict', `Target ${targetId} was changed meanwhile`)
    }
    await store(db, current, { change, settings, tried })
    const changed = await getTargetRow(db, tenantId, targetId)
    return {
      result: showTarget(changed, (await readHoldings(db, tenantId, [targetId])).get(targetId)),
      action: 'storage-target.changed',
      target: { kind: 'storage-target', id: targetId, label: changed.name },
      diff: diffOf(current, changed),
      event: { kind: 'storage-target.changed', payload: { targetId } },
    }
  })
}

/** @throws AppError `passwords-needed` when the stored secret would go to another server */
function changedSettings(row: TargetRow, { settings, secretAccessKey }: UpdateTarget) {
  if (!settings || row.kind !== 's3') return undefined
  const before = s3Settings.parse(row.settings)
  const merged = Object.entries({ ...before, ...settings }).filter(([, value]) => value !== null && value !== undefined)
  const after = s3Settings.parse(Object.fromEntries(merged))
  const isElsewhere = before.endpoint !== after.endpoint || before.region !== after.region
  if (isElsewhere && secretAccessKey === undefined) {
    throw new AppError('passwords-needed', 'The secret access key goes only where it went before')
  }
  return after
}

interface Change {
  change: UpdateTarget
  settings: ReturnType<typeof changedSettings>
  tried: Tried | undefined
}

async function store(db: Db, row: TargetRow, { change, settings, tried }: Change): Promise<void> {
  const { tenantId, id, name } = row
  const { secretAccessKey, isEncrypted, isDefault } = change
  if (change.name !== undefined && change.name !== name) await demandFreeTargetName(db, tenantId, change.name)
  if (isDefault) await db.storageTarget.updateMany({ where: { tenantId, isDefault: true }, data: { isDefault: false } })
  const secretVersion = row.secretVersion + 1
  const secret =
    secretAccessKey === undefined
      ? {}
      : { secretVersion, sealed: await sealTargetSecret(db, { tenantId, id, secretVersion }, secretAccessKey) }
  const probed = tried && {
    ...{ capabilities: { ...tried.capabilities }, probe: tried.view.steps, probedAt: new Date(), problem: null },
  }
  await db.storageTarget.update({
    where: { tenantId_id: { tenantId, id } },
    data: {
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(isEncrypted === undefined ? {} : { isEncrypted }),
      ...(isDefault === undefined ? {} : { isDefault }),
      ...(settings === undefined ? {} : { settings }),
      ...secret,
      ...probed,
      changedAt: new Date(),
    },
  })
  if (isDefault) await replan(db, { tenantId })
}

function diffOf(before: TargetRow, after: TargetRow): Record<string, JsonValue> {
  const shown = (row: TargetRow): Record<string, JsonValue> => ({
    name: row.name,
    isEncrypted: row.isEncrypted,
    isDefault: row.isDefault,
    settings: z.record(z.string(), z.json()).catch({}).parse(row.settings),
    secretVersion: row.secretVersion,
  })
  const [was, is] = [shown(before), shown(after)]
  const names = Object.keys(is).filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]))
  return Object.fromEntries(names.map((name) => [name, [was[name] ?? null, is[name] ?? null]]))
}
