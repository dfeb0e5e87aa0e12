import { memberStates } from '#lib/contracts/clusters.ts'
import type { ClusterWatchView, MemberWatchView } from '#lib/contracts/watch.ts'
import type { TimedStatus } from '#lib/etcd/members.ts'
import type { Memory } from '#lib/inspections/collect/memory.ts'
import type { MemberFacts, Seen } from '#lib/inspections/facts.ts'
import { isSeen, presenceOf } from '#lib/inspections/facts.ts'
import { quotaOf } from '#lib/inspections/member-evidence.ts'
import type { ClusterRow } from '#lib/services/clusters/cluster-rows.ts'

type MemberRow = ClusterRow['members'][number]

/** The members as the last collection saw them. One that is silent keeps the figures it gave last. */
export function membersInFacts(stored: Memory): MemberWatchView[] {
  const views = stored.facts.members.map((member) => showMember(member, stored))
  return views.toSorted((a, b) => a.name.localeCompare(b.name, 'en') || a.memberId.localeCompare(b.memberId, 'en'))
}

function showMember(member: MemberFacts, { facts, lastStatus }: Memory): MemberWatchView {
  const { id, name, address, status, downSince } = member
  const last = isSeen(status) ? status : lastStatus[String(id)]
  const state = presenceOf(member)
  const quota = quotaOf(last ? { ...member, status: last } : member, facts)
  return {
    memberId: String(id),
    name,
    address,
    role: roleOf(member),
    state,
    problem: isSeen(status) ? null : (status.problem.reason ?? status.problem.code),
    downSince: (state === 'down' ? downSince : null)?.toISOString() ?? null,
    ...figuresOf(last),
    quotaBytes: quota ? String(quota.bytes) : null,
  }
}

/** Who leads or follows is known of a member only while it answers; who learns stands in the list. */
function roleOf({ status, isLearner }: MemberFacts): MemberWatchView['role'] {
  if (isLearner) return 'learner'
  if (!isSeen(status)) return 'unknown'
  return status.value.isLeader ? 'leader' : 'follower'
}

function figuresOf(last: Seen<TimedStatus> | undefined) {
  if (!last) return noFigures
  const { at, value } = last
  return {
    seenAt: at.toISOString(),
    version: value.version,
    dbSizeBytes: String(value.dbSizeBytes),
    dbInUseBytes: String(value.dbSizeInUseBytes),
    raftTerm: String(value.raftTerm),
    raftIndex: String(value.raftIndex),
    raftAppliedIndex: String(value.raftAppliedIndex),
    revision: String(value.header.revision),
    latencyMs: value.latencyMs,
  }
}

const noFigures = {
  seenAt: null,
  version: '',
  dbSizeBytes: null,
  dbInUseBytes: null,
  raftTerm: null,
  raftIndex: null,
  raftAppliedIndex: null,
  revision: null,
  latencyMs: null,
}

/** The members as they were found when the cluster was brought in: what is known before the first collection. */
export function membersInRows(rows: readonly MemberRow[]): MemberWatchView[] {
  return rows.map((row) => ({
    ...noFigures,
    memberId: row.memberId,
    name: row.name,
    address: row.address,
    role: roleInRow(row),
    state: memberStates.find((state) => state === row.state) ?? 'unknown',
    problem: row.problem,
    downSince: null,
    seenAt: row.seenAt?.toISOString() ?? null,
    version: row.version,
    dbSizeBytes: row.dbSizeBytes?.toString() ?? null,
    quotaBytes: null,
    latencyMs: row.latencyMs,
  }))
}

function roleInRow({ isLeader, isLearner, state }: MemberRow): MemberWatchView['role'] {
  if (isLearner) return 'learner'
  if (isLeader) return 'leader'
  return state === 'up' ? 'follower' : 'unknown'
}

/** The most that members lay apart in a time; null where no two were seen together. */
export interface WidestSpread {
  readonly dbSizeBytes: bigint | null
  readonly raftIndex: bigint | null
  readonly revision: bigint | null
}

/** How far the members that answered last lie apart, and the most of now and the time before. */
export function spreadOf(stored: Memory | undefined, widest: WidestSpread): ClusterWatchView['spread'] {
  const seen = stored?.facts.members.flatMap(({ status }) => (isSeen(status) ? status.value : [])) ?? []
  const show = (values: readonly bigint[], most: bigint | null) => {
    const now = distance(values)
    const max = now !== null && (most === null || now > most) ? now : most
    return { now: now?.toString() ?? null, max: max?.toString() ?? null }
  }
  return {
    dbSizeBytes: show(
      seen.map(({ dbSizeBytes }) => dbSizeBytes),
      widest.dbSizeBytes,
    ),
    raftIndex: show(
      seen.map(({ raftIndex }) => raftIndex),
      widest.raftIndex,
    ),
    revision: show(
      seen.map(({ header }) => header.revision),
      widest.revision,
    ),
  }
}

function distance(values: readonly bigint[]): bigint | null {
  const [least, ...others] = values.toSorted((a, b) => (a < b ? -1 : 1))
  const most = others.at(-1)
  return least === undefined || most === undefined ? null : most - least
}
