import { sizeText } from '#lib/size-text.ts'
import type { ClusterFacts, MemberFacts } from './facts.ts'
import { hexId, nameOf, seenValue } from './facts.ts'

/** The names under which a member is told of in evidence. */
export const memberEvidenceNames = ['member', 'memberId', 'address'] as const

/** `memberId` as etcdctl takes it; `address` is where commands reach it, or `none`. */
export function memberEvidence(member: MemberFacts) {
  return { member: nameOf(member), memberId: hexId(member.id), address: member.address ?? 'none' }
}

/** The same in every language: units are, and so is the point. Coarse, so that it does not change with every write. */
export function sizeEvidence(bytes: bigint): string {
  return sizeText(bytes, 'en')
}

/** etcd's default, which 0 stands for: `DefaultQuotaBytes` in its `server/storage/quota.go`. */
const defaultQuotaBytes = 2n * 1024n ** 3n

export interface MemberQuota {
  /** Less than 0 where there is none. */
  readonly bytes: bigint
  readonly source: 'status' | 'metrics' | 'setting' | 'default'
}

/** As the member tells it itself, from 3.6 on; else as it was found for the cluster. Undefined while nobody knows. */
export function quotaOf(member: MemberFacts, facts: ClusterFacts): MemberQuota | undefined {
  const own = seenValue(member.status)?.dbSizeQuotaBytes
  const quota = own === undefined ? seenValue(facts.quota) : ({ bytes: own, source: 'status' } as const)
  return quota?.bytes === 0n ? { bytes: defaultQuotaBytes, source: 'default' } : quota
}
