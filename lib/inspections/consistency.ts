import { z } from 'zod'
import { couldNotTell, couldNotTellWithout, namesOf } from './could-not-tell.ts'
import type { ClusterFacts, MemberFacts, MemberHash } from './facts.ts'
import { isSeen, nameOf, votersOf } from './facts.ts'
import { defineInspection, theCluster } from './inspection.ts'

/** One comparison that differs can be a fault of ours, the next one cannot. Our own choice. */
const timesCritical = 2

/**
 * Whether the voters hold the same data, by their hashes of the keys at one revision. Only hashes taken at the same revision
 * with the same compact revision (and hash revision, from 3.5.5) are compared: others differ by nature.
 */
export const consistency = defineInspection({
  id: 'consistency',
  feature: 'consistency',
  scope: 'cluster',
  needs: ['members.hash'],
  uses: ['members.status'],
  settings: z.object({}),
  codes: {
    'hashes-differ': {
      source: 'etcd',
      evidence: ['comparedAt', 'times', 'revision', 'compactRevision', 'majority', 'minority', 'hashes', 'unasked'],
    },
  },
  judge: (facts) => {
    const voters = votersOf(facts)
    const hashed = voters.flatMap(withHash)
    const comparable = groupComparable(hashed)
    const differing = comparable.find((group) => new Set(group.map(({ hash }) => hash.hash)).size > 1)
    if (differing) {
      const counted = count(facts, differing)
      const severity = counted.times >= timesCritical ? 'critical' : 'warning'
      const evidence = { ...counted, ...tell(voters, differing) }
      return [{ subject: theCluster, verdict: 'finding', severity, code: 'hashes-differ', evidence }]
    }
    if (voters.length === 1)
      return [{ subject: theCluster, ...couldNotTell('nothing-to-compare', { members: voters }) }]
    const isComplete = voters.length > 0 && hashed.length === voters.length
    if (!isComplete) return [{ subject: theCluster, ...couldNotTellWithout(voters, 'hash') }]
    if (comparable.length === 1) return [{ subject: theCluster, verdict: 'ok' }]
    return [{ subject: theCluster, ...couldNotTell('not-comparable', { members: voters }) }]
  },
})

interface Hashed {
  readonly member: MemberFacts
  readonly hash: MemberHash
  readonly at: Date
}

function withHash(member: MemberFacts): Hashed[] {
  const { hash } = member
  return isSeen(hash) ? [{ member, hash: hash.value, at: hash.at }] : []
}

/** At the newest revision first. */
function groupComparable(hashed: readonly Hashed[]): readonly (readonly [Hashed, ...Hashed[]])[] {
  const groups = new Map<string, [Hashed, ...Hashed[]]>()
  for (const one of hashed) {
    const { revision, compactRevision, hashRevision } = one.hash
    const key = [revision, compactRevision, hashRevision].join(' ')
    groups.set(key, [...(groups.get(key) ?? []), one] as [Hashed, ...Hashed[]])
  }
  return [...groups.values()].toSorted(([a], [b]) => Number(b.hash.revision - a.hash.revision))
}

/** The same comparison is judged with every collection until all hashes are taken anew, and counts once. */
function count({ history }: ClusterFacts, group: readonly [Hashed, ...Hashed[]]) {
  const comparedAt = new Date(Math.min(...group.map(({ at }) => at.getTime())))
  const before = history.hashDifference ?? { comparedAt, times: 1 }
  const isNew = comparedAt.getTime() > before.comparedAt.getTime()
  return { comparedAt: comparedAt.toISOString(), times: isNew ? before.times + 1 : before.times }
}

/** Who agrees is a majority only among all voters, those that could not be asked included. */
function tell(voters: readonly MemberFacts[], group: readonly [Hashed, ...Hashed[]]) {
  const [{ hash: one }] = group
  const agreeing = group.map(({ hash }) => group.filter((other) => other.hash.hash === hash.hash))
  const majority = agreeing.find((members) => members.length * 2 > voters.length) ?? []
  const others = group.filter((member) => !majority.includes(member))
  const compared = new Set(group.map(({ member }) => member))
  return {
    revision: String(one.revision),
    compactRevision: String(one.compactRevision),
    majority: namesOf(majority.map(({ member }) => member)),
    minority: majority.length === 0 ? 'none' : namesOf(others.map(({ member }) => member)),
    hashes: group.map(({ member, hash }) => `${nameOf(member)}: ${hash.hash.toString(16)} (etcd ${versionOf(member)})`),
    unasked: namesOf(voters.filter((member) => !compared.has(member))),
  }
}

function versionOf({ status }: MemberFacts): string {
  return isSeen(status) ? status.value.version : '?'
}
