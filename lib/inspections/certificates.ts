import { z } from 'zod'
import { dayMs } from '#lib/time.ts'
import { couldNotTellWithout } from './could-not-tell.ts'
import type { CertificateFact, ClusterFacts, MemberFacts } from './facts.ts'
import { isSeen } from './facts.ts'
import type { Judgement } from './inspection.ts'
import { defineInspection, theCluster, theMember } from './inspection.ts'
import { memberEvidence, memberEvidenceNames } from './member-evidence.ts'
import { duration, outOfOrder } from './thresholds.ts'

const evidence = [...memberEvidenceNames, 'owner', 'name', 'notBefore', 'notAfter', 'days'] as const

const codes = {
  'certificate-expiring': { source: 'kstone', evidence },
  'certificate-expired': { source: 'etcd', evidence },
  'certificate-not-yet-valid': { source: 'etcd', evidence },
} as const

/** A month is enough to renew by hand; a week before the end somebody has to be told again. */
const settings = z
  .object({ warningDays: duration('days', 30, 'kstone'), criticalDays: duration('days', 7, 'kstone') })
  .refine(({ warningDays, criticalDays }) => criticalDays <= warningDays, outOfOrder('criticalDays'))

/** When the certificates end that members show, and the one Kstone shows them. */
export const certificates = defineInspection({
  id: 'certificates',
  feature: 'healthy',
  scope: 'member',
  needs: ['clientCertificate', 'members.serverCertificate'],
  settings,
  codes,
  judge: (facts, limits) => [
    judgeClient(facts, facts.clientCertificate.value, limits),
    ...facts.members.map((member) => judgeServer(facts, member, limits)),
  ],
})

type Limits = z.output<typeof settings>

/** The one of a member that was heard of nowhere is nobody's; `none` stands for it. */
const ours = { member: 'none', memberId: 'none', address: 'none', owner: 'client' }

function judgeClient(
  { at }: ClusterFacts,
  certificate: CertificateFact | null,
  limits: Limits,
): Judgement<typeof codes> {
  return { subject: theCluster, ...judgeTimes({ at, certificate, limits }, ours) }
}

function judgeServer({ at }: ClusterFacts, member: MemberFacts, limits: Limits): Judgement<typeof codes> {
  const subject = theMember(member)
  const { serverCertificate } = member
  if (!isSeen(serverCertificate)) return { subject, ...couldNotTellWithout([member], 'serverCertificate') }
  const certificate = serverCertificate.value
  return { subject, ...judgeTimes({ at, certificate, limits }, { ...memberEvidence(member), owner: 'server' }) }
}

interface Judged {
  readonly at: Date
  /** Null where there is none, and nothing to expire. */
  readonly certificate: CertificateFact | null
  readonly limits: Limits
}

function judgeTimes({ at, certificate, limits }: Judged, whose: typeof ours) {
  if (!certificate) return { verdict: 'ok' } as const
  const { subject: name, notBefore, notAfter } = certificate
  const leftMs = notAfter.getTime() - at.getTime()
  const times = { notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() }
  const told = { ...whose, name, ...times, days: Math.max(0, Math.floor(leftMs / dayMs)) }
  const critical = { verdict: 'finding', severity: 'critical', evidence: told } as const
  if (leftMs <= 0) return { ...critical, code: 'certificate-expired' } as const
  if (notBefore.getTime() > at.getTime()) return { ...critical, code: 'certificate-not-yet-valid' } as const
  if (leftMs <= limits.criticalDays * dayMs) return { ...critical, code: 'certificate-expiring' } as const
  if (leftMs > limits.warningDays * dayMs) return { verdict: 'ok' } as const
  return { ...critical, severity: 'warning', code: 'certificate-expiring' } as const
}
