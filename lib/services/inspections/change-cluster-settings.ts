import type { InspectionFeature } from '#lib/contracts/inspections.ts'
import { inspectionFeatures } from '#lib/contracts/inspections.ts'
import type { ChangeClusterInspections, ClusterInspectionSettingsView } from '#lib/contracts/watch.ts'
import { lockCluster } from '#lib/services/clusters/cluster-rows.ts'
import { changePeriod, collectNow, keepCollection, periodOf } from '#lib/services/collections/keep-collection.ts'
import { switchOff } from '#lib/services/findings/switch-off.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { JsonValue } from '#lib/tenancy/json-value.ts'
import { changedSettings, settingsDiff } from './changed-settings.ts'
import { readFeatures, readSettings } from './effective-settings.ts'
import { readTeamSettings, showClusterSettings } from './settings-rows.ts'

type Features = Readonly<Record<InspectionFeature, boolean>>

/**
 * Changes what is looked at in a cluster, how often, and by what it is judged; that holds at once. What was found by a feature
 * that is switched off is resolved.
 *
 * @throws AppError `not-found`, `invalid-input` as `changedSettings`
 */
export function changeClusterSettings(
  ctx: TenantContext,
  { clusterId, ...body }: ChangeClusterInspections & { clusterId: string },
): Promise<ClusterInspectionSettingsView> {
  const { tenantId } = ctx
  const which = { tenantId, clusterId }
  return mutate(ctx, async (db) => {
    const { name, pausedAt, ...row } = await lockCluster(db, tenantId, clusterId)
    const team = await readTeamSettings(db, tenantId)
    const before = { own: readSettings(row.inspections), features: readFeatures(row.features) }
    const own = changedSettings({ own: before.own, below: team }, body.settings ?? {})
    const features = { ...before.features, ...body.features }
    await db.cluster.update({
      where: { tenantId_id: { tenantId, id: clusterId } },
      data: { inspections: own as object, features: switchedOffIn(features), changedAt: new Date() },
    })
    const off = inspectionFeatures.filter((feature) => before.features[feature] && !features[feature])
    await switchOff(db, { ...which, features: off })
    await keepCollection(db, { ...which, pausedAt })
    const periodBefore = await periodOf(db, which)
    const everySeconds = body.everySeconds ?? periodBefore
    if (everySeconds !== periodBefore) await changePeriod(db, { ...which, everySeconds })
    if (body.features || body.settings) await collectNow(db, which)
    return {
      result: showClusterSettings({ features, inspections: own, everySeconds }, team),
      action: 'cluster.inspections-changed',
      target: { kind: 'cluster', id: clusterId, label: name },
      diff: {
        ...settingsDiff(before.own, own),
        ...featuresDiff(before.features, features),
        ...(everySeconds === periodBefore ? {} : { everySeconds: [periodBefore, everySeconds] }),
      },
      event: { kind: 'cluster.changed', payload: { clusterId } },
    }
  })
}

/** What is stored: a feature that is not named is on. */
function switchedOffIn(features: Features): Record<string, false> {
  const off = inspectionFeatures.filter((feature) => !features[feature])
  return Object.fromEntries(off.map((feature) => [feature, false]))
}

function featuresDiff(before: Features, after: Features): Record<string, JsonValue> {
  const changed = inspectionFeatures.filter((feature) => before[feature] !== after[feature])
  return Object.fromEntries(changed.map((feature) => [`features.${feature}`, [before[feature], after[feature]]]))
}
