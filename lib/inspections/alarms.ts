import { z } from 'zod'
import type { FindingSubject } from '#lib/contracts/inspections.ts'
import type { AlarmKind } from '#lib/etcd/maintenance.ts'
import type { ClusterFacts } from './facts.ts'
import { hexId, seenValue } from './facts.ts'
import type { Judgement } from './inspection.ts'
import { defineInspection, theCluster, theMember } from './inspection.ts'
import { memberEvidence, memberEvidenceNames, quotaOf, sizeEvidence } from './member-evidence.ts'
import { readVersion } from './version.ts'

const codes = {
  'alarm-nospace': { source: 'etcd', evidence: [...memberEvidenceNames, 'size', 'quota', 'revision', 'permissions'] },
  'alarm-corrupt': { source: 'etcd', evidence: memberEvidenceNames },
} as const

const kinds: readonly AlarmKind[] = ['nospace', 'corrupt']

/** What etcd itself raised an alarm about. It stands until somebody takes it away, also after its cause is gone. */
export const alarms = defineInspection({
  id: 'alarms',
  feature: 'alarm',
  scope: 'member',
  needs: ['alarms'],
  uses: ['members.status', 'quota'],
  settings: z.object({}),
  codes,
  judge: (facts) => {
    const raised = facts.alarms.value
    const ofMembers = facts.members.flatMap((member) =>
      kinds.map((kind) => {
        const isRaised = raised.some((alarm) => alarm.memberId === member.id && alarm.kind === kind)
        return judgeAlarm(facts, { subject: theMember(member), kind, raisedBy: isRaised ? member.id : undefined })
      }),
    )
    return [
      ...ofMembers,
      ...kinds.map((kind) => judgeAlarm(facts, { subject: theCluster, kind, raisedBy: left(facts, kind) })),
    ]
  },
})

/** A member that was removed leaves its alarm behind. However many there are, they are told of as one. */
function left({ members, alarms: told }: ClusterFacts, kind: AlarmKind): bigint | undefined {
  const strangers = (seenValue(told) ?? []).filter(
    (alarm) => alarm.kind === kind && !members.some(({ id }) => id === alarm.memberId),
  )
  return strangers[0]?.memberId
}

interface Raised {
  readonly subject: FindingSubject
  readonly kind: AlarmKind
  readonly raisedBy: bigint | undefined
}

function judgeAlarm(facts: ClusterFacts, { subject, kind, raisedBy }: Raised): Judgement<typeof codes> {
  if (raisedBy === undefined) return { subject, aspect: kind, verdict: 'ok' }
  const finding = { subject, aspect: kind, verdict: 'finding', severity: 'critical' } as const
  return kind === 'nospace'
    ? { ...finding, code: 'alarm-nospace', evidence: { ...tellMember(facts, raisedBy), ...tellSpace(facts, raisedBy) } }
    : { ...finding, code: 'alarm-corrupt', evidence: tellMember(facts, raisedBy) }
}

function tellMember({ members }: ClusterFacts, id: bigint) {
  const member = members.find((one) => one.id === id)
  return member ? memberEvidence(member) : { member: hexId(id), memberId: hexId(id), address: 'none' }
}

function tellSpace(facts: ClusterFacts, id: bigint) {
  const member = facts.members.find((one) => one.id === id)
  const status = member && seenValue(member.status)
  const quota = member && quotaOf(member, facts)
  return {
    size: status ? sizeEvidence(status.dbSizeBytes) : 'unknown',
    quota: quota && quota.bytes > 0n ? sizeEvidence(quota.bytes) : 'unknown',
    revision: status ? String(status.header.revision) : 'unknown',
    permissions: permissionsUnder(status?.version),
  }
}

/**
 * Up to 3.5 the alarm takes the check of permissions off the way of writes (etcd-io/etcd PR 22386): users can then delete what
 * they may not touch.
 */
function permissionsUnder(version: string | undefined): 'checked' | 'unchecked' | 'unknown' {
  const read = version === undefined ? undefined : readVersion(version)
  if (!read) return 'unknown'
  return read.major > 3 || read.minor >= 6 ? 'checked' : 'unchecked'
}
