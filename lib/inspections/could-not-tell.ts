import type { UnknownReason } from '#lib/contracts/inspections.ts'
import { unknownReasons } from '#lib/contracts/inspections.ts'
import { saysNobodyIsThere } from '#lib/etcd/obstacles.ts'
import type { MemberFactName, MemberFacts, Problem } from './facts.ts'
import { isSeen, nameOf } from './facts.ts'

export interface Unknown {
  readonly verdict: 'unknown'
  readonly reason: UnknownReason
  /** Names of the members it is about, and the code of what stood in the way: `none` where there is nothing to name. */
  readonly evidence: { readonly members: string; readonly problem: string }
}

export function couldNotTell(
  reason: UnknownReason,
  { members = [], problem = 'none' }: { members?: readonly MemberFacts[]; problem?: string } = {},
): Unknown {
  return { verdict: 'unknown', reason, evidence: { members: namesOf(members), problem } }
}

/** What stays open because these members lack a fact: the most telling of their reasons, and who they are. */
export function couldNotTellWithout(members: readonly MemberFacts[], name: MemberFactName): Unknown {
  const problems = members.flatMap((member) => problemOf(member, name) ?? [])
  const reasons = problems.map(reasonOf)
  const reason = unknownReasons.find((one) => reasons.includes(one)) ?? 'not-collected-yet'
  const problem = problems[reasons.indexOf(reason)]
  const isVague = reason === 'call-failed' && problem !== undefined
  return couldNotTell(reason, {
    members: members.filter((member) => problemOf(member, name) !== undefined),
    ...(isVague ? { problem: problem.reason ?? problem.code } : {}),
  })
}

function problemOf(member: MemberFacts, name: MemberFactName): Problem | undefined {
  const fact = member[name]
  return isSeen<unknown>(fact) ? undefined : fact.problem
}

/** For a list in a sentence; `none` chooses the sentence without. */
export function namesOf(members: readonly MemberFacts[]): string {
  return members.map(nameOf).join(', ') || 'none'
}

const reasonOfCode: Partial<Record<Problem['code'], UnknownReason>> = {
  'not-collected-yet': 'not-collected-yet',
  'not-asked': 'not-asked',
  outdated: 'outdated',
  'another-answered': 'another-answered',
  'etcd-needs-root': 'needs-root',
  'etcd-auth-failed': 'not-let-in',
  'etcd-auth-required': 'not-let-in',
  'etcd-permission-denied': 'not-let-in',
  'etcd-unsupported': 'version-too-old',
  'etcd-unavailable': 'member-silent',
  'no-usable-address': 'member-silent',
  'backups-off': 'backups-off',
  'no-storage-target': 'no-storage-target',
}

/** What a problem means for whoever waits for a verdict. */
export function reasonOf({ code, reason = code }: Problem): UnknownReason {
  return saysNobodyIsThere(reason) ? 'member-silent' : (reasonOfCode[code] ?? 'call-failed')
}
