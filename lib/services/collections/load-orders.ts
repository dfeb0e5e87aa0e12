import { z } from 'zod'
import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { toAppError } from '#lib/errors.ts'
import type { EtcdAccess } from '#lib/etcd/connection.ts'
import type { Memory } from '#lib/inspections/collect/memory.ts'
import type { CollectionOrder } from '#lib/inspections/collect/order.ts'
import { factsWanted } from '#lib/inspections/facts-wanted.ts'
import { logFailure } from '#lib/log.ts'
import type { AddressPolicy } from '#lib/net/address-policy.ts'
import type { CollectionBatch } from '#lib/queue/collections.ts'
import type { AccessRow } from '#lib/services/clusters/diagnosis-access.ts'
import { openAccess } from '#lib/services/clusters/diagnosis-access.ts'
import { etcdAccessOf } from '#lib/services/clusters/etcd-access.ts'
import { makeSettingsOf } from '#lib/services/inspections/effective-settings.ts'
import { answeringFirst } from './answering-first.ts'
import type { UnreadableTurn } from './end-unreadable-turns.ts'
import { endUnreadableTurns } from './end-unreadable-turns.ts'
import { decodeFacts } from './stored-facts.ts'

/** A cluster whose turn it is, as it stood when its collection began. */
export interface LoadedOrder {
  readonly clusterId: string
  readonly attempt: number
  readonly accessVersion: number
  readonly dueAt: Date
  /** Of `performance.now()`, when it was read: what was asked for later is not in it. */
  readonly loadedMs: number
  /** Of `performance.now()`: when its turn is taken for lost. */
  readonly endsMs: number
  readonly isAsked: boolean
  readonly access: EtcdAccess
  readonly expectedClusterId: bigint | null
  readonly memory: Memory | undefined
  readonly isForgotten: boolean
  readonly wanted: CollectionOrder['wanted']
  readonly hashDifference: CollectionOrder['hashDifference']
}

interface Row extends AccessRow {
  attempt: number
  leftMs: number
  accessVersion: number
  askedAt: Date | null
  etcdClusterId: string | null
  features: unknown
  inspections: unknown
  team: unknown
  facts: unknown
  hashes: unknown
}

/**
 * What a batch collects: those of its clusters that nobody else has taken meanwhile, removed or paused, with their secrets
 * opened. Those whose secrets cannot be opened have their turn ended here, and say so.
 */
export async function loadOrders(
  { tenantId, clusters }: CollectionBatch,
  policy: AddressPolicy,
): Promise<LoadedOrder[]> {
  const dueAt = new Map(clusters.map((cluster) => [cluster.clusterId, new Date(cluster.dueAt)]))
  const loadedMs = performance.now()
  return await withTenant(tenantId, async (db) => {
    const orders: LoadedOrder[] = []
    const unreadable: UnreadableTurn[] = []
    for (const row of await readRows(db, { tenantId, clusters })) {
      try {
        const times = { dueAt: dueAt.get(row.id) ?? new Date(), loadedMs, endsMs: loadedMs + row.leftMs }
        orders.push({ ...toOrder(row, await openAccess(db, row), policy), ...times })
      } catch (error) {
        logFailure(error, `the way to cluster ${row.id} cannot be read`)
        unreadable.push({ clusterId: row.id, attempt: row.attempt, problem: toAppError(error).code })
      }
    }
    await endUnreadableTurns(db, tenantId, unreadable)
    return orders
  })
}

function readRows(db: Db, { tenantId, clusters }: Pick<CollectionBatch, 'tenantId' | 'clusters'>): Promise<Row[]> {
  return db.$queryRaw<Row[]>`
    SELECT c."tenantId", c."id", c."endpoints", c."addressMap", c."tls", c."accessVersion", c."etcdClusterId", c."features",
           c."inspections", s."attempt", s."askedAt",
           (extract(epoch FROM s."claimedUntil" - now()) * 1000)::float AS "leftMs", f."facts", w."inspections" AS team,
           coalesce((SELECT jsonb_agg(jsonb_build_object('kind', k."kind", 'username', k."username", 'sealed', k."sealed",
                                                         'version', k."version"))
              FROM cluster_credential k WHERE k."tenantId" = c."tenantId" AND k."clusterId" = c."id"), '[]') AS credentials,
           (SELECT d."evidence" FROM finding d
             WHERE d."tenantId" = c."tenantId" AND d."clusterId" = c."id" AND d."key" = 'consistency'
               AND d."code" = 'hashes-differ' AND d."resolvedAt" IS NULL) AS hashes
      FROM jsonb_to_recordset(${JSON.stringify(clusters)}::jsonb) AS asked("clusterId" uuid, "attempt" int)
      JOIN collection_state s ON s."clusterId" = asked."clusterId" AND s."attempt" = asked."attempt"
       AND s."claimedUntil" > now()
      JOIN cluster c ON c."tenantId" = s."tenantId" AND c."id" = s."clusterId" AND c."pausedAt" IS NULL
      LEFT JOIN cluster_facts f ON f."tenantId" = c."tenantId" AND f."clusterId" = c."id"
      LEFT JOIN watch_settings w ON w."tenantId" = c."tenantId"
     WHERE s."tenantId" = ${tenantId}::uuid`
}

const hashEvidence = z.object({ comparedAt: z.iso.datetime().pipe(z.coerce.date()), times: z.int() })

function toOrder(
  row: Row,
  access: Awaited<ReturnType<typeof openAccess>>,
  policy: AddressPolicy,
): Omit<LoadedOrder, 'dueAt' | 'loadedMs' | 'endsMs'> {
  const { id: clusterId, attempt, accessVersion, askedAt, etcdClusterId, features, inspections, team } = row
  const memory = memoryOf(row)
  const endpoints = answeringFirst(access.endpoints, { memory, attempt })
  return {
    clusterId,
    attempt,
    accessVersion,
    isAsked: askedAt !== null,
    access: etcdAccessOf({ ...access, endpoints }, policy),
    expectedClusterId: etcdClusterId === null ? null : BigInt(etcdClusterId),
    memory,
    isForgotten: memory === undefined && row.facts !== null,
    wanted: factsWanted(makeSettingsOf({ features, cluster: inspections, team })),
    hashDifference: hashEvidence.safeParse(row.hashes).data ?? null,
  }
}

/** What is known of another etcd that stood here before says nothing of this one. */
function memoryOf({ facts, etcdClusterId }: Row): Memory | undefined {
  const memory = decodeFacts(facts)
  const [told] = Object.values(memory?.lastStatus ?? {})
  const isAnother =
    told !== undefined && etcdClusterId !== null && String(told.value.header.clusterId) !== etcdClusterId
  return isAnother ? undefined : memory
}
