import { z } from 'zod'
import type { Severity } from '#lib/contracts/inspections.ts'
import { couldNotTell, couldNotTellWithout } from './could-not-tell.ts'
import type { ClusterFacts, MemberFacts } from './facts.ts'
import { nameOf, seenValue } from './facts.ts'
import type { Judgement } from './inspection.ts'
import { defineInspection, theCluster } from './inspection.ts'
import type { Version } from './version.ts'
import { branchOf, compareVersions, readVersion } from './version.ts'
import type { BranchPolicy } from './version-policy.ts'
import { versionPolicy } from './version-policy.ts'

const evidence = ['versions', 'branch', 'wanted', 'endedOn'] as const

const codes = {
  'version-end-of-life': { source: 'etcd-advisories', evidence },
  'version-unsafe': { source: 'etcd-advisories', evidence },
  'version-insecure': { source: 'etcd-advisories', evidence },
} as const
type Code = keyof typeof codes

/** Never critical: what has been so for months wakes nobody, and must not hide what has just happened. Our own choice. */
const severityOf: Record<Code, Severity> = {
  'version-end-of-life': 'warning',
  'version-unsafe': 'warning',
  'version-insecure': 'info',
}

/** Whether the members run versions that still get fixes, and have the fixes that matter. The worst is told, once. */
export const versionAdvice = defineInspection({
  id: 'version-advice',
  feature: 'healthy',
  scope: 'cluster',
  needs: ['members.status'],
  settings: z.object({}),
  codes,
  judge: (facts) => [judgeVersions(facts)],
})

function judgeVersions(facts: ClusterFacts): Judgement<typeof codes> {
  const told = facts.members.flatMap((member) => tell(member, facts.at))
  const worst = (Object.keys(severityOf) as Code[]).find((code) => told.some(({ advice }) => advice?.code === code))
  const those = told.filter(({ advice }) => advice?.code === worst)
  const advice = those[0]?.advice
  if (worst && advice) {
    const { branch, wanted, endedOn } = advice
    const versions = those.map(({ member, version }) => `${nameOf(member)}: ${version}`)
    const shown = { versions, branch, wanted, endedOn: endedOn ?? 'none' }
    return { subject: theCluster, verdict: 'finding', severity: severityOf[worst], code: worst, evidence: shown }
  }
  const strange = told.filter((one) => one.advice === undefined).map(({ member }) => member)
  if (strange.length > 0) return { subject: theCluster, ...couldNotTell('version-not-known', { members: strange }) }
  const isComplete = told.length > 0 && told.length === facts.members.length
  return { subject: theCluster, ...(isComplete ? { verdict: 'ok' } : couldNotTellWithout(facts.members, 'status')) }
}

interface Told {
  readonly member: MemberFacts
  readonly version: string
  /** Undefined where nothing is known of the version, null where it is good. */
  readonly advice: Advice | null | undefined
}

interface Advice {
  readonly code: Code
  readonly branch: string
  /** The version to go to. */
  readonly wanted: string
  /** Null where the branch still gets fixes, or nobody knows since when it gets none. */
  readonly endedOn: string | null
}

/** Nothing of a member that does not answer. */
function tell(member: MemberFacts, at: Date): Told[] {
  const version = seenValue(member.status)?.version
  return version === undefined ? [] : [{ member, version, advice: adviseOn(readVersion(version), at) }]
}

function adviseOn(version: Version | undefined, at: Date): Told['advice'] {
  if (!version) return undefined
  const branch = branchOf(version)
  const policy = versionPolicy.find((one) => one.branch === branch)
  const supported = versionPolicy.filter(({ endedOn }) => !hasEnded(endedOn, at))
  const leave = { code: 'version-end-of-life', branch, wanted: supported[0]?.secureFrom ?? 'none' } as const
  if (policy && hasEnded(policy.endedOn, at)) return { ...leave, endedOn: policy.endedOn }
  if (policy) return adviseWithin(version, policy)
  const isOlder = versionPolicy.every(({ safeFrom }) => isBelow(version, safeFrom))
  return isOlder ? { ...leave, endedOn: null } : undefined
}

function adviseWithin(version: Version, { branch, safeFrom, secureFrom, endedOn }: BranchPolicy): Advice | null {
  const stay = { branch, wanted: secureFrom, endedOn }
  if (isBelow(version, safeFrom)) return { ...stay, code: 'version-unsafe' }
  return isBelow(version, secureFrom) ? { ...stay, code: 'version-insecure' } : null
}

function hasEnded(endedOn: string | null, at: Date): boolean {
  return endedOn !== null && at.getTime() >= Date.parse(endedOn)
}

function isBelow(version: Version, floor: string): boolean {
  const wanted = readVersion(floor)
  return wanted !== undefined && compareVersions(version, wanted) < 0
}
