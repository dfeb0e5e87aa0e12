import { z } from 'zod'
import { inspectTlsMaterial } from '#lib/clusters/tls-material.ts'
import { addressMap } from '#lib/contracts/cluster-access.ts'
import type { ClusterDetailView, ClusterMemberView, ClusterView } from '#lib/contracts/clusters.ts'
import { clusterStates, memberStates, newestFindingView, providers } from '#lib/contracts/clusters.ts'
import { severities } from '#lib/contracts/inspections.ts'
import { labels } from '#lib/contracts/labels.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'

/** What of a cluster's TLS is no secret, as the column `cluster.tls` holds it. */
export const storedTls = z.object({
  caPem: z.string().optional(),
  clientCertPem: z.string().optional(),
  serverName: z.string().optional(),
})
export type StoredTls = z.infer<typeof storedTls>

export type ClusterRow = Awaited<ReturnType<typeof getClusterRow>>
type MemberRow = ClusterRow['members'][number]
export type CredentialKind = 'reader' | 'root' | 'client-key'

const provider = z.enum(providers)
const state = z.enum(clusterStates)
const memberState = z.enum(memberStates)
/** An inspection that is no more leaves its finding behind until the next collection: nothing is shown then. */
const shownFinding = newestFindingView.nullable().catch(null)

/** @throws AppError `not-found` for an id that is unknown, or another team's */
export async function getClusterRow(db: Db, tenantId: string, clusterId: string) {
  const row = await db.cluster.findUnique({
    where: { tenantId_id: { tenantId, id: clusterId } },
    include: { credentials: true, members: { orderBy: [{ name: 'asc' }, { memberId: 'asc' }] } },
  })
  if (!row) throw new AppError('not-found', `Team ${tenantId} has no cluster ${clusterId}`)
  return row
}

/** The same, with nobody else changing it until the transaction ends. Whatever else is locked comes after it. */
export async function lockCluster(db: Db, tenantId: string, clusterId: string): Promise<ClusterRow> {
  await db.$queryRaw`
    SELECT 1 FROM cluster WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${clusterId}::uuid FOR UPDATE`
  return await getClusterRow(db, tenantId, clusterId)
}

export function showCluster(row: Omit<ClusterRow, 'credentials' | 'members'>): ClusterView {
  const { id, name, description, network, isProtected, version, membersTotal, membersUp, problem } = row
  return {
    id,
    name,
    description,
    provider: provider.parse(row.provider),
    labels: labels.parse(row.labels),
    network,
    isProtected,
    isPaused: row.pausedAt !== null,
    state: state.parse(row.state),
    version,
    membersTotal,
    membersUp,
    problem,
    lookedAt: row.lookedAt?.toISOString() ?? null,
    dbSizeBytes: row.dbSizeBytes > 0n ? String(row.dbSizeBytes) : null,
    findings: {
      open: row.findingsOpen,
      worst: severities[row.findingsWorst - 1] ?? null,
      newest: shownFinding.parse(row.newestFinding),
    },
    createdAt: row.createdAt.toISOString(),
  }
}

export function showClusterDetail(row: ClusterRow): ClusterDetailView {
  const tls = storedTls.parse(row.tls)
  const { ca, clientCertificate } = inspectTlsMaterial({ tls, endpoints: row.endpoints }, new Date())
  return {
    ...showCluster(row),
    endpoints: row.endpoints,
    addressMap: addressMap.parse(row.addressMap),
    tls: {
      isOn: row.endpoints.some((endpoint) => endpoint.startsWith('https:')),
      serverName: tls.serverName ?? null,
      ca: [...ca],
      clientCertificate,
      hasClientKey: findCredential(row, 'client-key') !== undefined,
    },
    reader: showCredential(row, 'reader'),
    root: showCredential(row, 'root'),
    etcdClusterId: row.etcdClusterId,
    members: row.members.map(showMember),
  }
}

export function findCredential(row: ClusterRow, kind: CredentialKind): ClusterRow['credentials'][number] | undefined {
  return row.credentials.find((credential) => credential.kind === kind)
}

function showCredential(row: ClusterRow, kind: CredentialKind): ClusterDetailView['reader'] {
  const found = findCredential(row, kind)
  if (!found) return null
  return { username: found.username, changedAt: found.changedAt.toISOString(), changedBy: found.changedBy }
}

function showMember(row: MemberRow): ClusterMemberView {
  const { memberId, name, peerUrls, clientUrls, address, isLearner, isLeader, problem, version, latencyMs } = row
  return {
    memberId,
    name,
    peerUrls,
    clientUrls,
    address,
    isLearner,
    isLeader,
    state: memberState.parse(row.state),
    problem,
    version,
    dbSizeBytes: row.dbSizeBytes?.toString() ?? null,
    latencyMs,
    seenAt: row.seenAt?.toISOString() ?? null,
  }
}
