import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { BackupFacts, Fact } from '#lib/inspections/facts.ts'
import type { Judged } from '#lib/inspections/judge-all.ts'
import { judgeAll } from '#lib/inspections/judge-all.ts'
import { log } from '#lib/log.ts'
import { makeSettingsOf, readFeatures } from '#lib/services/inspections/effective-settings.ts'
import { announceEvent, appendEvent } from '#lib/tenancy/events.ts'
import { claimTurns } from './claim-turns.ts'
import type { Accepted, Finished, ShownBefore } from './finished.ts'
import { giveTurnsBack } from './give-turns-back.ts'
import { isShownAlike } from './is-shown-alike.ts'
import { readBackupFacts } from './read-backup-facts.ts'
import { writeFacts } from './write-facts.ts'
import { writeFindings } from './write-findings.ts'

/**
 * Judges and writes what was collected of clusters of one team, in one transaction: facts, verdicts, findings, samples, what
 * lists show, and when each is collected next. What was collected through an older way to its cluster, or taken over by
 * somebody else, touches no row. Settings count as they are now: what was switched off meanwhile finds nothing any more.
 */
export async function saveCollections(tenantId: string, finished: readonly Finished[]): Promise<void> {
  const seqs = await withTenant(tenantId, async (db) => {
    const accepted = await accept(db, tenantId, finished)
    if (accepted.length === 0) return []
    await writeFacts(db, tenantId, accepted)
    const found = await writeFindings(db, tenantId, accepted)
    const changed = accepted.filter((one) => found.has(one.order.clusterId) || !isShownAlike(one))
    const told: bigint[] = []
    for (const { order } of changed) {
      const { clusterId } = order
      told.push(await appendEvent(db, tenantId, { kind: 'cluster.changed', payload: { clusterId } }))
    }
    return told
  })
  const newest = seqs.at(-1)
  if (newest !== undefined) announceEvent(tenantId, newest)
}

interface ClusterRow extends ShownBefore {
  id: string
  features: unknown
  inspections: unknown
  team: unknown
}

async function accept(db: Db, tenantId: string, finished: readonly Finished[]): Promise<Accepted[]> {
  const rows = new Map((await lockRows(db, tenantId, finished)).map((row) => [row.id, row]))
  const wanted = finished.filter(({ order }) => rows.has(order.clusterId))
  const passed = finished.filter(({ order }) => !rows.has(order.clusterId))
  await giveTurnsBack(db, tenantId, { orders: passed.map(({ order }) => order), pauseMs: 0 })
  const ours = await claimTurns(db, tenantId, wanted)
  const held = wanted.flatMap((one) => {
    const row = rows.get(one.order.clusterId)
    return row && ours.has(one.order.clusterId) ? [{ one, row }] : []
  })
  const backups = await readBackups(db, tenantId, held)
  return held.map(({ one, row }) => ({ ...one, before: row, judged: judge(one, row, backups.get(row.id)) }))
}

/** Of those of which anybody wants to know. */
function readBackups(
  db: Db,
  tenantId: string,
  held: readonly { one: Finished; row: ClusterRow }[],
): Promise<ReadonlyMap<string, Fact<BackupFacts>>> {
  const wanted = held.filter(({ row }) => readFeatures(row.features).backupcheck)
  return readBackupFacts(
    db,
    tenantId,
    wanted.map(({ one, row }) => ({ clusterId: row.id, at: one.collected.facts.at })),
  )
}

/** Those whose way is still the one they were collected by; nobody changes them meanwhile. Locked before everything else. */
function lockRows(db: Db, tenantId: string, finished: readonly Finished[]): Promise<ClusterRow[]> {
  const asked = JSON.stringify(
    finished.map(({ order: { clusterId, accessVersion } }) => ({ clusterId, accessVersion })),
  )
  return db.$queryRaw<ClusterRow[]>`
    SELECT c."id", c."state", c."problem", c."version", c."membersTotal", c."membersUp", c."etcdClusterId", c."features",
           c."inspections", w."inspections" AS team
      FROM jsonb_to_recordset(${asked}::jsonb) AS asked("clusterId" uuid, "accessVersion" int)
      JOIN cluster c ON c."id" = asked."clusterId" AND c."accessVersion" = asked."accessVersion"
      LEFT JOIN watch_settings w ON w."tenantId" = c."tenantId"
     WHERE c."tenantId" = ${tenantId}::uuid
     ORDER BY c."id" FOR NO KEY UPDATE OF c`
}

function judge(
  { order, collected }: Finished,
  { features, inspections: cluster, team, etcdClusterId }: ClusterRow,
  catalogued: Fact<BackupFacts> | undefined,
): Judged {
  const { facts } = collected
  const settingsOf = makeSettingsOf({ features, cluster, team })
  // Nobody said before which cluster it is: what answered is it.
  const expected = etcdClusterId === null ? null : BigInt(etcdClusterId)
  return judgeAll(
    { ...facts, backups: catalogued ?? facts.backups, expectedClusterId: expected },
    settingsOf,
    ({ id }, error) => {
      log().error({ err: error, inspection: id, clusterId: order.clusterId }, 'an inspection failed')
    },
  )
}
