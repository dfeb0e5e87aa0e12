import type { ImportCluster } from '#lib/contracts/clusters.ts'
import { importClusterBody } from '#lib/contracts/clusters.ts'
import type { VerdictView } from '#lib/contracts/inspections.ts'
import { closePools } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { newId } from '#lib/ids.ts'
import { closeQueues } from '#lib/queue/publish-jobs.ts'
import { importCluster } from '#lib/services/clusters/import-cluster.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { grantPorts, portsOf } from './cluster-imports.ts'
import type { Workplace } from './work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from './work-team.ts'
import type { WorkerProcess } from './worker.ts'
import { startWorkerProcess } from './worker.ts'

/** A cluster as the worker has it under its eyes. */
export interface Watched {
  readonly team: TenantContext
  readonly clusterId: string
  readonly etcd: RunningEtcd
}

/** What is stored of a finding. */
export interface FoundRow {
  id: string
  key: string
  code: string
  severity: number
  evidence: Record<string, unknown>
  openedAt: Date
  resolvedAt: Date | null
  resolution: string | null
}

/** A database with a real worker that collects, and clusters brought in as people do. */
export interface WatchedFleet extends AsyncDisposable {
  readonly place: Workplace
  readonly worker: WorkerProcess
  watch(etcd: RunningEtcd, how?: Partial<Record<keyof ImportCluster, unknown>>, team?: TenantContext): Promise<Watched>
  /** Lets one interval pass: has the cluster collected as it is when it is due, and waits until that is written. */
  interval(watched: Watched): Promise<void>
  /** The same as somebody does who asks for it: with what is collected more rarely. */
  inspect(watched: Watched): Promise<void>
  openFindings(watched: Watched): Promise<FoundRow[]>
  findingsOf(watched: Watched): Promise<FoundRow[]>
  verdicts(watched: Watched): Promise<readonly VerdictView[]>
  stateOf(watched: Watched): Promise<{ state: string; problem: string | null; membersUp: number; membersTotal: number }>
}

export async function openWatchedFleet(more: Record<string, string> = {}): Promise<WatchedFleet> {
  const place = await openWorkplace(more)
  const worker = await startWorkerProcess(place.env)
  const sql = async (text: string, values: unknown[]) => (await asSuperuser(place.database, text, values)).rows
  const collect = async ({ clusterId }: Watched, changes: string) => {
    // One of before may be under way: it is taken back, or it would say when the next one is due.
    const [before] = await sql(
      `UPDATE collection_state SET ${changes}, "attempt" = "attempt" + 1, "claimedUntil" = NULL, "nextDueAt" = now()
        WHERE "clusterId" = $1 RETURNING now() AS at`,
      [clusterId],
    )
    const deadlineMs = performance.now() + 20_000
    for (;;) {
      const [row] = await sql('SELECT "at" FROM cluster_facts WHERE "clusterId" = $1 AND "at" > $2', [
        clusterId,
        before?.at,
      ])
      if (row) return
      if (performance.now() > deadlineMs) throw new Error(`cluster ${clusterId} is not collected: ${worker.output()}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const findingsOf = ({ clusterId }: Watched) =>
    sql('SELECT * FROM finding WHERE "clusterId" = $1 ORDER BY "openedAt", "key"', [clusterId]) as Promise<FoundRow[]>
  return {
    place,
    worker,
    async watch(etcd, how, team) {
      const ctx = team ?? (await createTeam({ plan: 'business' }))
      await grantPorts(ctx.tenantId, portsOf(etcd))
      const endpoints = etcd.members.map(({ clientUrl }) => clientUrl)
      const tls = etcd.tls ? { caPem: etcd.tls.caPem } : {}
      const body = importClusterBody.parse({ name: `c-${newId()}`, endpoints, tls, ...how })
      const { id: clusterId } = await importCluster(ctx, body)
      return { team: ctx, clusterId, etcd }
    },
    interval: (watched) => collect(watched, '"askedAt" = NULL'),
    inspect: (watched) => collect(watched, '"askedAt" = now()'),
    async openFindings(watched) {
      return (await findingsOf(watched)).filter(({ resolvedAt }) => resolvedAt === null)
    },
    findingsOf,
    async verdicts({ team: { tenantId }, clusterId }) {
      const row = await withTenant(tenantId, (db) =>
        db.clusterFacts.findUniqueOrThrow({ where: { tenantId_clusterId: { tenantId, clusterId } } }),
      )
      return row.verdicts as VerdictView[]
    },
    async stateOf({ clusterId }) {
      const [row] = await sql('SELECT "state", "problem", "membersUp", "membersTotal" FROM cluster WHERE "id" = $1', [
        clusterId,
      ])
      return row as Awaited<ReturnType<WatchedFleet['stateOf']>>
    },
    async [Symbol.asyncDispose]() {
      await worker[Symbol.asyncDispose]()
      await closeQueues()
      await closePools()
    },
  }
}
