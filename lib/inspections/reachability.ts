import { z } from 'zod'
import { saysAddressIsBad } from '#lib/etcd/obstacles.ts'
import { couldNotTellWithout } from './could-not-tell.ts'
import type { ClusterFacts, MemberFacts } from './facts.ts'
import { isSeen, seenValue, votersOf } from './facts.ts'
import type { Judgement } from './inspection.ts'
import { defineInspection, theMember } from './inspection.ts'
import { memberEvidence, memberEvidenceNames } from './member-evidence.ts'

const evidence = [...memberEvidenceNames, 'advertised', 'problem'] as const

const codes = {
  'advertised-address-unusable': { source: 'kstone', evidence },
  'advertised-address-unreachable': { source: 'kstone', evidence },
} as const

/**
 * Whether members can be reached where they say they are. Clients that learn of members from the cluster go there too. A member
 * that nobody hears of may as well be down: then nothing is held against its address.
 */
export const reachability = defineInspection({
  id: 'reachability',
  feature: 'healthy',
  scope: 'member',
  needs: ['members.advertised'],
  uses: ['members.status'],
  settings: z.object({}),
  codes,
  judge: (facts) => facts.members.map((member) => judgeAddress(member, facts)),
})

function judgeAddress(member: MemberFacts, facts: ClusterFacts): Judgement<typeof codes> {
  const subject = theMember(member)
  const { advertised, clientUrls } = member
  if (isSeen(advertised)) return { subject, verdict: 'ok' }
  const { code, reason = code } = advertised.problem
  const told = {
    ...memberEvidence(member),
    advertised: clientUrls.length > 0 ? [...clientUrls] : 'none',
    problem: reason,
  }
  const finding = { subject, verdict: 'finding', severity: 'warning', evidence: told } as const
  if (saysAddressIsBad(reason)) return { ...finding, code: 'advertised-address-unusable' }
  if (!isTried(code) || !isAlive(member, facts)) return { subject, ...couldNotTellWithout([member], 'advertised') }
  return { ...finding, code: 'advertised-address-unreachable' }
}

/** Whether the address was tried by this collection; if not, its silence says nothing. */
function isTried(code: string): boolean {
  return code !== 'not-collected-yet' && code !== 'not-asked' && code !== 'outdated'
}

/** It answered elsewhere, or voters follow it; a learner goes on naming a leader that died. */
function isAlive({ id, status }: MemberFacts, facts: ClusterFacts): boolean {
  return isSeen(status) || votersOf(facts).some((other) => seenValue(other.status)?.leaderId === id)
}
