import type { RowState, StartImport } from '#lib/contracts/cluster-imports.ts'
import { startImportBody } from '#lib/contracts/cluster-imports.ts'
import { withSystem } from '#lib/db/system.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { listImportRows } from '#lib/services/cluster-imports/list-imports.ts'
import { runImport } from '#lib/services/cluster-imports/run-import.ts'
import { startImport } from '#lib/services/cluster-imports/start-import.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { handlers } from '#workers/handlers/index.ts'
import { runJob } from '#workers/run-job.ts'
import { RunningJobs } from '#workers/running-jobs.ts'
import { createTeam } from './work-team.ts'

/** A team that may dial these ports of this machine. */
export async function createTeamWithReach(ports: readonly number[]): Promise<TenantContext> {
  const team = await createTeam({ plan: 'business' })
  await grantPorts(team.tenantId, ports)
  return team
}

export async function grantPorts(tenantId: string, ports: readonly number[]): Promise<void> {
  await withSystem((db) =>
    db.addressGrant.createMany({ data: ports.map((port) => ({ tenantId, address: '127.0.0.1', port })) }),
  )
}

export function portsOf(...clusters: readonly RunningEtcd[]): number[] {
  return clusters.flatMap(({ members }) => members.map(({ clientUrl }) => Number(new URL(clientUrl).port)))
}

/** A list as YAML (which JSON is), handed in. Gives the id of the import. */
export async function handIn(
  team: TenantContext,
  clusters: readonly object[],
  more: Partial<StartImport> = {},
): Promise<string> {
  const body = startImportBody.parse({
    format: 'yaml',
    fileName: 'fleet.yaml',
    text: JSON.stringify(clusters),
    ...more,
  })
  return (await startImport(team, body)).id
}

/** The job that waits to work on an import; claimed by whoever runs it. */
export async function waitingJob({ tenantId }: TenantContext, importId: string) {
  const { id: jobId, attempt } = await withTenant(tenantId, (db) =>
    db.job.findFirstOrThrow({ where: { tenantId, subjectId: importId }, orderBy: { createdAt: 'desc' } }),
  )
  return { tenantId, jobId, attempt }
}

/** Does the import's work as a worker does, in this process. */
export async function workOff(
  team: TenantContext,
  importId: string,
  stopping = new AbortController().signal,
): Promise<void> {
  await runJob(await waitingJob(team, importId), { handlers, running: new RunningJobs(), stopping })
}

/** A list, handed in and looked at. */
export async function checkList(
  team: TenantContext,
  clusters: readonly object[],
  more: Partial<StartImport> = {},
): Promise<string> {
  const importId = await handIn(team, clusters, more)
  await workOff(team, importId)
  return importId
}

/** A list, all the way in. */
export async function importList(
  team: TenantContext,
  clusters: readonly object[],
  more: Partial<StartImport> = {},
): Promise<string> {
  const importId = await checkList(team, clusters, more)
  await runImport(team, { importId })
  await workOff(team, importId)
  return importId
}

/** Name, state and codes of all rows, in the order of the list. */
export async function verdicts(team: TenantContext, importId: string): Promise<Verdict[]> {
  const rows: Verdict[] = []
  let cursor: string | null | undefined
  do {
    const page = await listImportRows(team, { importId, limit: 200, ...(cursor ? { cursor } : {}) })
    for (const { name, state, problems } of page.items) rows.push([name, state, ...problems.map(({ code }) => code)])
    cursor = page.nextCursor
  } while (cursor)
  return rows
}

type Verdict = [name: string, state: RowState, ...codes: string[]]
