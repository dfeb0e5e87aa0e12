import { describe, expect, it } from 'vitest'
import { hourMs, minuteMs } from '#lib/time.ts'
import type { History, MemberFacts } from '../facts.ts'
import { downMember, listOf, lookedAt, memberOf, noHistory, seen, statusOf } from '../healthy-facts.ts'
import { nextHistory } from './history.ts'

const later = (durationMs: number) => new Date(lookedAt.getTime() + durationMs)
const withLeader = (leaderId: bigint, raftTerm: bigint): MemberFacts[] =>
  [1n, 2n, 3n].map((id) =>
    memberOf(id, { status: seen(statusOf(id, { leaderId, raftTerm, isLeader: id === leaderId })) }),
  )
const fresh = (members: MemberFacts[], before?: History, at = lookedAt) => nextHistory(before, { at, members }, null)

describe('who leads', () => {
  it('is noted once for as long as it stays so', () => {
    const first = fresh(withLeader(1n, 3n))
    expect(first.leaderships).toEqual([{ at: lookedAt, leaderId: 1n, raftTerm: 3n }])
    expect(fresh(withLeader(1n, 3n), first, later(minuteMs)).leaderships).toEqual(first.leaderships)
  })

  it('is noted anew with another leader, another term, and while nobody does', () => {
    const rounds: [bigint, bigint][] = [
      [1n, 3n],
      [0n, 4n],
      [0n, 5n],
      [2n, 6n],
      [2n, 7n],
    ]
    let history: History | undefined
    for (const [index, [leader, term]] of rounds.entries())
      history = fresh(withLeader(leader, term), history, later(index * minuteMs))
    expect(history?.leaderships.map(({ leaderId, raftTerm }) => [leaderId, raftTerm])).toEqual([
      [1n, 3n],
      [0n, 4n],
      [2n, 6n],
      [2n, 7n],
    ])
  })

  it('is told by the newest term, not by a member that fell behind', () => {
    const members = [
      ...withLeader(2n, 9n).slice(0, 2),
      memberOf(3n, { status: seen(statusOf(3n, { leaderId: 1n, raftTerm: 4n })) }),
    ]
    expect(fresh(members).leaderships.at(-1)).toMatchObject({ leaderId: 2n, raftTerm: 9n })
  })

  it('is told by voters: a learner goes on naming a leader that died', () => {
    const learner = memberOf(4n, { isLearner: true, status: seen(statusOf(4n, { leaderId: 1n, raftTerm: 9n })) })
    const members = [...withLeader(0n, 9n).slice(1), learner]
    expect(fresh(members, noHistory).leaderships.at(-1)).toMatchObject({ leaderId: 0n, raftTerm: 9n })
    expect(fresh([downMember(1n), learner], noHistory).leaderships).toEqual(noHistory.leaderships)
  })

  it('stays as it was known while nobody answers', () => {
    expect(fresh([downMember(1n), downMember(2n)], noHistory).leaderships).toEqual(noHistory.leaderships)
  })

  it('is forgotten after an hour, but for the one before', () => {
    let history = fresh(withLeader(1n, 1n))
    for (let minute = 10; minute <= 180; minute += 10) {
      history = fresh(withLeader(BigInt(minute), BigInt(minute)), history, later(minute * minuteMs))
    }
    const oldest = later(3 * hourMs).getTime() - hourMs
    const kept = history.leaderships.map(({ at }) => at.getTime())
    expect(kept.filter((at) => at < oldest)).toHaveLength(1)
    expect(kept.at(-1)).toBe(later(180 * minuteMs).getTime())
  })
})

describe('a difference between members', () => {
  const mixed = () => [memberOf(1n), memberOf(2n), memberOf(3n, { status: seen(statusOf(3n, { version: '3.5.16' })) })]

  it('begins when it is first seen, and ends when all have been seen to agree', () => {
    const first = fresh(mixed())
    expect(first.versionsDifferSince).toEqual(lookedAt)
    const second = fresh(mixed(), first, later(minuteMs))
    expect(second.versionsDifferSince).toEqual(lookedAt)
    const silent = fresh([memberOf(1n), memberOf(2n), downMember(3n)], second, later(2 * minuteMs))
    expect(silent.versionsDifferSince).toEqual(lookedAt)
    expect(
      fresh([memberOf(1n), memberOf(2n), memberOf(3n)], silent, later(3 * minuteMs)).versionsDifferSince,
    ).toBeNull()
  })

  it('of lists is one of ids, roles and peers, in whatever order', () => {
    const turned = { ...listOf(3), members: listOf(3).members.toReversed() }
    const alike = [memberOf(1n), memberOf(2n, { memberList: seen(turned) }), memberOf(3n)]
    expect(fresh(alike).listsDifferSince).toBeNull()
    const short = [memberOf(1n), memberOf(2n, { memberList: seen(listOf(2)) }), memberOf(3n)]
    expect(fresh(short).listsDifferSince).toEqual(lookedAt)
  })
})
