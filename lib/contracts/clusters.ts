import { z } from 'zod'
import { addressMap, clusterAccess, endpoints, etcdUser, network, tlsMaterial } from './cluster-access.ts'
import { diagnosisView } from './diagnosis.ts'
import { evidence } from './evidence.ts'
import { inspectionIds, severities } from './inspections.ts'
import { labelFilter, labels } from './labels.ts'
import { shownName } from './names.ts'
import { id, instant, pageQuery } from './paging.ts'

export const providers = ['imported', 'local-process', 'kubernetes'] as const

/**
 * What the last look at a cluster saw. `at-risk`: one more lost member loses quorum. `unreachable`: nobody answered us, which
 * says nothing about the cluster itself.
 */
export const clusterStates = ['unknown', 'running', 'degraded', 'at-risk', 'no-quorum', 'unreachable'] as const
export type ClusterState = (typeof clusterStates)[number]

const description = z.string().trim().max(500, { error: 'description-too-long' })

const whatItIs = {
  name: shownName,
  description: description.default(''),
  labels: labels.default({}),
  /** Asks for its name before anything that changes or removes it. */
  isProtected: z.boolean().default(false),
}

/** Takes the cluster in although its diagnosis failed, as when it is down just now. */
const acceptFailing = z.boolean().default(false)

export const importClusterBody = clusterAccess.extend({ ...whatItIs, acceptFailing }).meta({
  example: {
    name: 'orders-prod',
    labels: { env: 'prod' },
    endpoints: ['https://etcd-0.example.com:2379', 'https://etcd-1.example.com:2379'],
    tls: { caPem: '-----BEGIN CERTIFICATE-----\n…' },
    reader: { username: 'kstone-reader', password: 'from your vault' },
  },
})
export type ImportCluster = z.output<typeof importClusterBody>

export const clusterParams = z.object({ clusterId: id })

/** What is absent stays; `null` takes a credential or certificate away. */
export const updateClusterBody = z
  .strictObject({
    name: shownName.optional(),
    description: description.optional(),
    labels: labels.optional(),
    isProtected: z.boolean().optional(),
    isPaused: z.boolean().optional(),
    network: network.optional(),
    endpoints: endpoints.optional(),
    tls: z
      .strictObject({
        caPem: tlsMaterial.shape.caPem.nullable(),
        clientCertPem: tlsMaterial.shape.clientCertPem.nullable(),
        clientKeyPem: tlsMaterial.shape.clientKeyPem.nullable(),
        serverName: tlsMaterial.shape.serverName.nullable(),
      })
      .optional(),
    reader: etcdUser.nullable().optional(),
    root: etcdUser.nullable().optional(),
    addressMap: addressMap.optional(),
    acceptFailing,
    /** Takes what answers by the new way for this cluster though its etcd cluster id is another, as after a restore. */
    acceptAnother: z.boolean().default(false),
  })
  .meta({ example: { labels: { env: 'prod', region: 'eu' } } })
export type UpdateCluster = z.output<typeof updateClusterBody>

export const removeClusterBody = z
  .strictObject({ confirmName: z.string().max(200) })
  .meta({ example: { confirmName: 'payments-prod' } })
export const removedClusterView = z.object({ id, name: z.string() })

/** As a list shows it; `code` chooses its sentence, filled in with `evidenceValues`. */
export const newestFindingView = z.object({
  id,
  inspection: z.enum(inspectionIds),
  code: z.string(),
  severity: z.enum(severities),
  evidence,
  openedAt: instant,
})

export const clusterView = z.object({
  id,
  name: z.string(),
  description: z.string(),
  provider: z.enum(providers),
  labels: z.record(z.string(), z.string()),
  network: z.string(),
  isProtected: z.boolean(),
  isPaused: z.boolean(),
  state: z.enum(clusterStates),
  /** The lowest version among its members, empty while unknown. */
  version: z.string(),
  membersTotal: z.number().int(),
  membersUp: z.number().int(),
  /** Error or finding code of what stood in the way of the last look. */
  problem: z.string().nullable(),
  lookedAt: instant.nullable(),
  /** Decimal string of bytes: the database of its largest member. Null while unknown. */
  dbSizeBytes: z.string().nullable(),
  /** Open findings; the one shown is the newest among the worst. */
  findings: z.object({
    open: z.number().int(),
    worst: z.enum(severities).nullable(),
    newest: newestFindingView.nullable(),
  }),
  createdAt: instant,
})
export type ClusterView = z.infer<typeof clusterView>

export const memberStates = ['unknown', 'up', 'down'] as const
export const clusterMemberView = z.object({
  /** etcd's member id, decimal. */
  memberId: z.string(),
  name: z.string(),
  peerUrls: z.array(z.string()),
  clientUrls: z.array(z.string()),
  address: z.string().nullable(),
  isLearner: z.boolean(),
  isLeader: z.boolean(),
  state: z.enum(memberStates),
  problem: z.string().nullable(),
  version: z.string(),
  /** Decimal string of bytes. */
  dbSizeBytes: z.string().nullable(),
  latencyMs: z.number().int().nullable(),
  seenAt: instant.nullable(),
})
export type ClusterMemberView = z.infer<typeof clusterMemberView>

/** A credential as it is shown: that it is set, never what it is. */
const credentialView = z.object({ username: z.string(), changedAt: instant, changedBy: z.string() })

export const certificateView = z.object({
  subject: z.string(),
  issuer: z.string(),
  notBefore: instant,
  notAfter: instant,
  names: z.array(z.string()),
})
export type CertificateView = z.infer<typeof certificateView>

export const clusterDetailView = clusterView.extend({
  endpoints: z.array(z.string()),
  addressMap: z.record(z.string(), z.string()),
  tls: z.object({
    isOn: z.boolean(),
    serverName: z.string().nullable(),
    ca: z.array(certificateView),
    clientCertificate: certificateView.nullable(),
    hasClientKey: z.boolean(),
  }),
  reader: credentialView.nullable(),
  root: credentialView.nullable(),
  etcdClusterId: z.string().nullable(),
  members: z.array(clusterMemberView),
})
export type ClusterDetailView = z.infer<typeof clusterDetailView>

/** The cluster, and how it was found; no diagnosis where the way to it did not change. */
export const diagnosedClusterView = clusterDetailView.extend({ diagnosis: diagnosisView.nullable() })
export type DiagnosedClusterView = z.infer<typeof diagnosedClusterView>

/** What the list can be sorted by; with a minus the other way round. */
export const clusterSorts = ['createdAt', 'name', 'state', 'version', 'size', 'severity'] as const
export type ClusterSort = (typeof clusterSorts)[number]
const sort = z.templateLiteral([z.enum(['', '-']), z.enum(clusterSorts)])

export const listClustersQuery = pageQuery.extend({
  q: z.string().trim().max(100).optional(),
  state: z.enum(clusterStates).optional(),
  /** The beginning of a version: `3.5` or `3.5.16`. */
  version: z
    .string()
    .regex(/^\d{1,3}(\.\d{1,3}){0,2}$/, { error: 'version-malformed' })
    .optional(),
  /** `env=prod`, or `env` for any value. */
  label: labelFilter.optional(),
  /** Of the worst open finding. */
  severity: z.enum(severities).optional(),
  sort: sort.default('createdAt'),
})
export type ListClusters = z.output<typeof listClustersQuery>
