import { z } from 'zod'
import { evidence } from '#lib/contracts/evidence.ts'
import type { FindingView, InspectionId } from '#lib/contracts/inspections.ts'
import { findingSubject, inspectionIds, resolutions, severities, thresholdSources } from '#lib/contracts/inspections.ts'
import type { Db } from '#lib/db/pools.ts'
import type { AdviceWay } from '#lib/inspections/advice.ts'
import { adviceOf } from '#lib/inspections/advice.ts'
import { inspections } from '#lib/inspections/index.ts'
import { storedTls } from '#lib/services/clusters/cluster-rows.ts'

/** What of its cluster a finding is shown with: no secrets, only whose they are. */
export const withCluster = {
  cluster: {
    select: {
      name: true,
      endpoints: true,
      tls: true,
      credentials: { where: { kind: { in: ['reader', 'root'] } }, select: { kind: true, username: true } },
    },
  },
}

/** A finding of an inspection that is no more has no words: it is not shown, and the next collection resolves it. */
export const stillKnown = { inspection: { in: [...inspectionIds] } }

const features = new Map(inspections.map(({ id, feature }) => [id, feature]))
const known = z.object({
  inspection: z.enum(inspectionIds),
  subject: findingSubject,
  source: z.enum(thresholdSources).catch('kstone'),
  evidence,
  resolution: z.enum(resolutions).nullable(),
})

type FindingRow = NonNullable<Awaited<ReturnType<typeof findFindingRow>>>

export function findFindingRow(db: Db, { tenantId, findingId }: { tenantId: string; findingId: string }) {
  return db.finding.findUnique({
    where: { tenantId_id: { tenantId, id: findingId }, ...stillKnown },
    include: withCluster,
  })
}

export function showFinding({ id, clusterId, key, code, severity, cluster, ...row }: FindingRow): FindingView {
  const { inspection, ...rest } = known.parse(row)
  return {
    id,
    clusterId,
    clusterName: cluster.name,
    inspection,
    key,
    code,
    severity: severities[severity - 1] ?? 'info',
    feature: featureOf(inspection),
    ...rest,
    state: row.resolvedAt ? 'resolved' : 'open',
    openedAt: row.openedAt.toISOString(),
    seenAt: row.seenAt.toISOString(),
    changedAt: row.changedAt.toISOString(),
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    commands: [...adviceOf({ code, evidence: rest.evidence }, wayTo(cluster))],
  }
}

function featureOf(inspection: InspectionId): FindingView['feature'] {
  const feature = features.get(inspection)
  if (!feature) throw new Error(`The inspection ${inspection} has an id, but does not exist`)
  return feature
}

function wayTo({ endpoints, tls, credentials }: FindingRow['cluster']): AdviceWay {
  const { caPem, clientCertPem } = storedTls.parse(tls)
  const userOf = (kind: string) => credentials.find((credential) => credential.kind === kind)?.username
  return {
    endpoints,
    hasCa: caPem !== undefined,
    hasClientCertificate: clientCertPem !== undefined,
    user: userOf('reader'),
    rootUser: userOf('root'),
  }
}
