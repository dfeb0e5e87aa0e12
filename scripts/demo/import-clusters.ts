import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { RefusedRequest } from '#scripts/app/http-session.ts'
import { writeFileAtomically } from '#scripts/write-file-atomically.ts'
import type { RunningDemoCluster } from './demo-clusters.ts'
import { demoDir } from './demo-clusters.ts'
import type { DemoTeam } from './demo-team.ts'

const importedShape = z.object({
  teamId: z.string(),
  /** By name: its id in the product, and how it was told to be reached. */
  clusters: z.record(z.string(), z.object({ id: z.string(), access: z.string() })),
})
type Imported = z.infer<typeof importedShape>

const madeShape = z.object({ data: z.object({ id: z.string() }) })
const listShape = z.object({ data: z.array(z.object({ id: z.string(), name: z.string() })) })

/**
 * Lets the demo team reach its clusters, at their exact addresses, and brings them in through the product's own API; again
 * only where the way to one has changed. One that somebody removed from the list stays away. Gives how many are new or changed.
 */
export async function importDemoClusters(clusters: readonly RunningDemoCluster[], team: DemoTeam): Promise<number> {
  const file = join(demoDir(), 'imported.json')
  const known = readImported(file, team.id)
  const due = clusters.filter((cluster) => known.clusters[cluster.name]?.access !== fingerprint(cluster))
  if (due.length === 0) {
    await lookAgain(team)
    return 0
  }
  await team.allow(due.flatMap(({ endpoints }) => endpoints.map((endpoint) => new URL(endpoint).host)))
  // One after the other: a team may have few looks under way at once.
  for (const cluster of due) {
    const id = await bringIn(cluster, team, known.clusters[cluster.name]?.id)
    known.clusters[cluster.name] = { id, access: fingerprint(cluster) }
    writeFileAtomically(file, `${JSON.stringify(known, null, 2)}\n`)
  }
  return due.length
}

/** A worker that was up sooner than a cluster took it for unreachable, and would for minutes. One that is paused stays so. */
async function lookAgain({ call }: DemoTeam): Promise<void> {
  const { data } = listShape.parse(await call('GET', '/clusters?limit=200&state=unreachable&label=env=demo'))
  for (const { id } of data) await unlessStatus(409, call('POST', `/clusters/${id}/collections`))
}

/** Makes the cluster, or changes the way to the one there is. Gives its id. */
async function bringIn(cluster: RunningDemoCluster, { call }: DemoTeam, formerId?: string): Promise<string> {
  const { name, description, labels } = cluster
  const access = accessOf(cluster)
  if (formerId !== undefined) {
    await unlessStatus(404, call('PATCH', `/clusters/${formerId}`, access))
    return formerId
  }
  const made = await unlessStatus(409, call('POST', '/clusters', { name, description, labels, ...access }))
  if (made !== undefined) return madeShape.parse(made).data.id
  const { data } = listShape.parse(await call('GET', `/clusters?limit=200&q=${encodeURIComponent(name)}`))
  const there = data.find((one) => one.name === name)
  if (!there) throw new Error(`the name ${name} is taken, and nothing bears it`)
  await call('PATCH', `/clusters/${there.id}`, access)
  return there.id
}

async function unlessStatus(status: number, answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof RefusedRequest && error.status === status) return undefined
    throw error
  }
}

function readImported(file: string, teamId: string): Imported {
  try {
    const imported = importedShape.parse(JSON.parse(readFileSync(file, 'utf8')))
    if (imported.teamId === teamId) return imported
  } catch {
    // None yet, or none that can be read: the product says which names are taken.
  }
  return { teamId, clusters: {} }
}

function accessOf({ endpoints, etcd, passwords }: RunningDemoCluster) {
  const credentials = passwords && {
    reader: { username: 'reader', password: passwords.reader },
    root: { username: 'root', password: passwords.root },
  }
  return { endpoints, ...(etcd.tls ? { tls: { caPem: etcd.tls.caPem } } : {}), ...credentials }
}

function fingerprint(cluster: RunningDemoCluster): string {
  return createHash('sha256')
    .update(JSON.stringify(accessOf(cluster)))
    .digest('hex')
}
