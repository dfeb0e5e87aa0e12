import { hourMs } from '#lib/time.ts'
import type { ClusterFacts, History, Leadership, MemberFacts } from '../facts.ts'
import { isSeen, seenValue, votersOf } from '../facts.ts'

/** How long changes of the leader are kept; what judges them looks back an hour. */
const leadershipsMs = hourMs

export const noHistory: History = {
  leaderships: [],
  versionsDifferSince: null,
  listsDifferSince: null,
  hashDifference: null,
}

type Present = Pick<ClusterFacts, 'at' | 'members'>

/** The past as the next judgement needs it: what was known before, and what this collection adds. */
export function nextHistory(
  before: History | undefined,
  present: Present,
  hashDifference: History['hashDifference'],
): History {
  const versions = new Set(
    votersOf({ members: present.members }).flatMap(({ status }) => seenValue(status)?.version ?? []),
  )
  const lists = new Set(votersOf({ members: present.members }).flatMap(({ memberList }) => signatureOf(memberList)))
  return {
    leaderships: nextLeaderships(before?.leaderships ?? [], present),
    versionsDifferSince: since(before?.versionsDifferSince, { present, seen: versions, fact: 'status' }),
    listsDifferSince: since(before?.listsDifferSince, { present, seen: lists, fact: 'memberList' }),
    hashDifference,
  }
}

function signatureOf(list: MemberFacts['memberList']): string[] {
  if (!isSeen(list)) return []
  const members = list.value.members.map(({ id, isLearner, peerUrls }) =>
    [id, isLearner, ...peerUrls.toSorted()].join(' '),
  )
  return [members.toSorted().join('\n')]
}

interface Difference {
  readonly present: Present
  readonly seen: ReadonlySet<string>
  readonly fact: 'status' | 'memberList'
}

/** They differ no more only once all have been seen to agree: one that is silent may be the one that differs. */
function since(before: Date | null | undefined, { present, seen, fact }: Difference): Date | null {
  if (seen.size > 1) return before ?? present.at
  const isComplete = votersOf({ members: present.members }).every((member) => isSeen<unknown>(member[fact]))
  return isComplete ? null : (before ?? null)
}

/**
 * The newest term knows best who leads; nobody asked, nothing learnt. Voters alone are heard: a learner goes on naming a leader
 * that died.
 */
function nextLeaderships(before: readonly Leadership[], { at, members }: Present): readonly Leadership[] {
  const told = votersOf({ members }).flatMap(({ status }) => seenValue(status) ?? [])
  const newest = told.toSorted((a, b) => Number(b.raftTerm - a.raftTerm))[0]
  if (!newest) return before
  const { raftTerm } = newest
  const leaderId = told.find((one) => one.raftTerm === raftTerm && one.leaderId !== 0n)?.leaderId ?? 0n
  const last = before.at(-1)
  const isSame = last?.leaderId === leaderId && (last.raftTerm === raftTerm || leaderId === 0n)
  const all = isSame ? before : [...before, { at, leaderId, raftTerm }]
  const recent = all.findIndex((one) => at.getTime() - one.at.getTime() <= leadershipsMs)
  return all.slice(Math.max(0, (recent === -1 ? all.length : recent) - 1)).slice(-leadershipsKept)
}

/** An hour of changes at every collection of ten seconds. */
const leadershipsKept = 360
