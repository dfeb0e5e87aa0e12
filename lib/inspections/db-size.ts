import { z } from 'zod'
import type { Severity } from '#lib/contracts/inspections.ts'
import { couldNotTell, couldNotTellWithout } from './could-not-tell.ts'
import type { ClusterFacts, MemberFacts } from './facts.ts'
import { seenValue } from './facts.ts'
import type { Judgement } from './inspection.ts'
import { defineInspection, theMember } from './inspection.ts'
import { memberEvidence, memberEvidenceNames, quotaOf, sizeEvidence } from './member-evidence.ts'
import { outOfOrder, percent } from './thresholds.ts'

const codes = {
  'db-filling': {
    source: 'openshift',
    evidence: [...memberEvidenceNames, 'size', 'inUse', 'quota', 'quotaSource', 'percent', 'isReclaimable'],
  },
} as const

/** OpenShift's alerts about the backend quota: 65, 75 and 85 %. At 100 % etcd refuses every write. */
const settings = z
  .object({
    infoPercent: percent(65, 'openshift'),
    warningPercent: percent(75, 'openshift'),
    criticalPercent: percent(85, 'openshift'),
  })
  .refine(({ infoPercent, warningPercent }) => infoPercent <= warningPercent, outOfOrder('warningPercent'))
  .refine(({ warningPercent, criticalPercent }) => warningPercent <= criticalPercent, outOfOrder('criticalPercent'))

/** How much of its quota each member's database file takes. Without a known quota nothing can be said, and is not. */
export const dbSize = defineInspection({
  id: 'db-size',
  feature: 'healthy',
  scope: 'member',
  needs: ['members.status'],
  uses: ['quota'],
  settings,
  codes,
  judge: (facts, limits) => facts.members.map((member) => judgeSize(member, facts, limits)),
})

function judgeSize(
  member: MemberFacts,
  facts: ClusterFacts,
  limits: z.output<typeof settings>,
): Judgement<typeof codes> {
  const subject = theMember(member)
  const status = seenValue(member.status)
  if (!status) return { subject, ...couldNotTellWithout([member], 'status') }
  const quota = quotaOf(member, facts)
  if (!quota) return { subject, ...couldNotTell('quota-not-known', { members: [member] }) }
  const { dbSizeBytes, dbSizeInUseBytes } = status
  const fills = (limit: number) => quota.bytes > 0n && dbSizeBytes * 100n >= quota.bytes * BigInt(limit)
  const severity = severityOf(fills, limits)
  if (!severity) return { subject, verdict: 'ok' }
  const evidence = {
    ...memberEvidence(member),
    size: sizeEvidence(dbSizeBytes),
    inUse: sizeEvidence(dbSizeInUseBytes),
    quota: sizeEvidence(quota.bytes),
    quotaSource: quota.source,
    percent: Number((dbSizeBytes * 100n) / quota.bytes),
    isReclaimable: isReclaimable(dbSizeBytes, dbSizeInUseBytes),
  }
  return { subject, verdict: 'finding', code: 'db-filling', severity, evidence }
}

function severityOf(
  fills: (limit: number) => boolean,
  { infoPercent, warningPercent, criticalPercent }: z.output<typeof settings>,
): Severity | undefined {
  if (fills(criticalPercent)) return 'critical'
  if (fills(warningPercent)) return 'warning'
  return fills(infoPercent) ? 'info' : undefined
}

/** Whether defragmenting is worth it: OpenShift's own operator does from 45 % free space in 100 MB on. */
function isReclaimable(sizeBytes: bigint, inUseBytes: bigint): boolean {
  return sizeBytes >= 100_000_000n && (sizeBytes - inUseBytes) * 100n >= sizeBytes * 45n
}
