import type { EtcdEndpoint } from '#lib/etcd/connection.ts'
import { log } from '#lib/log.ts'
import { minuteMs, secondMs } from '#lib/time.ts'
import type { ClusterFacts, Fact, MemberFacts, MemberHash, Problem } from '../facts.ts'
import { isSeen, seenValue, votersOf } from '../facts.ts'
import { compareVersions, readVersion } from '../version.ts'
import type { Brought, Errand } from './errand.ts'
import { isDailyDue } from './errand.ts'
import type { ErrandBook } from './memory.ts'
import { problemOf } from './problem.ts'

/** A hash that is not ready reads the whole database, and holds the member meanwhile: seconds for each GB. */
const wholeMs = 15 * secondMs
const readyMs = 3 * secondMs
/** Larger ones are hashed only for somebody who asks for it. Our own choice. */
const wholeSizeMaxBytes = 2n * 1024n ** 3n
/** Of a member's time hashing takes no more than one part in so many. */
const hashShare = 1000
/** What is over so soon was the way there and back rather than hashing. */
const wayMs = 50
const againMs = 10 * minuteMs
/** A revision can be compacted away between choosing and asking. */
const tries = 3
/**
 * Stands for the revision each member has come to. Where nothing is written after a compaction, its revision is the newest
 * there is, and etcd 3.4 refuses to hash at it by its number.
 */
const newestRevision = 0n
/** From here on members keep the hashes of their last ten compactions in memory (etcd-io/etcd PR 14049). */
const readyHashesFrom = { major: 3, minor: 5, patch: 5, isPreliminary: false }

interface Voter {
  readonly member: MemberFacts
  readonly endpoint: EtcdEndpoint
}

/**
 * Has every voter hash its keys at one and the same revision, one after the other, the leader last. Where members keep the
 * hashes of compactions ready, those are asked for, which costs nothing; all of the database is read once a day at most, or
 * where somebody asks, and once more after a comparison that differed. All voters have to be there: else nobody is asked.
 */
export async function collectHashes(errand: Errand, book: ErrandBook): Promise<Brought> {
  const { facts } = errand
  const unchanged = { facts, book }
  const voters = orderedVoters(errand)
  if (voters.length < votersOf(facts).length) return unchanged
  const { readyRevision } = book
  if (readyRevision !== null && isReadyDue(errand, book)) {
    return (await hashAt({ errand, voters, timeoutMs: readyMs }, readyRevision, book)) ?? unchanged
  }
  if (!isWholeDue(errand, book)) return unchanged
  if (isTooLarge(facts) && !errand.order.isAsked) return unchanged
  return await hashWhole(errand, voters, book)
}

/** What comes to nothing has cost its time all the same, and counts. */
async function hashWhole(errand: Errand, voters: readonly Voter[], book: ErrandBook): Promise<Brought> {
  const beganMs = performance.now()
  const tried = { ...book, hashTriedAt: errand.order.at }
  try {
    for (let triesLeft = tries; triesLeft > 0; triesLeft -= 1) {
      const revision = triesLeft === 1 ? newestRevision : await lowestRevision(errand, voters)
      const brought = await hashAt({ errand, voters, timeoutMs: wholeMs }, revision, tried)
      if (brought) return brought
    }
  } catch (error) {
    log().debug({ err: error }, 'a cluster could not be hashed')
  }
  return { facts: errand.facts, book: { ...tried, hashTookMs: Math.round(performance.now() - beganMs) } }
}

export function keepReadyHashes(facts: ClusterFacts): boolean {
  return votersOf(facts).every(({ status }) => {
    const version = readVersion(seenValue(status)?.version ?? '')
    return version !== undefined && compareVersions(version, readyHashesFrom) >= 0
  })
}

/** The metrics have just told of a compaction whose hash has not been compared yet. */
function isReadyDue({ order, facts }: Errand, { metricsAt, readyRevision, hashedRevision }: ErrandBook): boolean {
  const isNew = hashedRevision === null || (readyRevision ?? 0n) > hashedRevision
  return keepReadyHashes(facts) && isNew && metricsAt?.getTime() === order.at.getTime() && !order.isAsked
}

function isWholeDue({ order, facts }: Errand, { hashedAt, hashTriedAt, hashTookMs }: ErrandBook): boolean {
  if (hashTriedAt === null) return isDailyDue(order, hashedAt)
  const restedMs = order.at.getTime() - hashTriedAt.getTime()
  // By a clock that was ahead.
  if (restedMs < 0) return true
  const isRested = hashTookMs <= wayMs || restedMs >= hashTookMs * hashShare
  // What came to nothing is not tried with every collection.
  const isAgain = (hashedAt?.getTime() ?? 0) < hashTriedAt.getTime() && restedMs >= againMs
  const isSecond = facts.history.hashDifference?.times === 1
  return isRested && (isSecond || isAgain || isDailyDue(order, hashedAt ?? hashTriedAt))
}

function isTooLarge({ members }: ClusterFacts): boolean {
  return members.some(({ status }) => (seenValue(status)?.dbSizeBytes ?? 0n) > wholeSizeMaxBytes)
}

function orderedVoters({ facts, endpoints }: Errand): Voter[] {
  const isLeading = ({ status }: MemberFacts) => Number(seenValue(status)?.isLeader ?? false)
  const voters = votersOf(facts).toSorted((a, b) => isLeading(a) - isLeading(b))
  return voters.flatMap((member) => {
    const endpoint = endpoints.get(member.id)
    return endpoint && seenValue(member.status)?.header.memberId === member.id ? [{ member, endpoint }] : []
  })
}

/** Everybody has come as far; asked anew, since the first statuses are seconds old. */
async function lowestRevision({ entrance, signal }: Errand, voters: readonly Voter[]): Promise<bigint> {
  let lowest: bigint | undefined
  for (const { endpoint } of voters) {
    const { header } = await entrance.client.status(endpoint, { signal })
    lowest = lowest === undefined || header.revision < lowest ? header.revision : lowest
  }
  return lowest ?? 0n
}

interface Round {
  readonly errand: Errand
  readonly voters: readonly Voter[]
  readonly timeoutMs: number
}

/** Undefined where a member no longer, or not yet, knows the revision: then the others say nothing either. */
async function hashAt(round: Round, asked: bigint, book: ErrandBook): Promise<Brought | undefined> {
  const { order, facts } = round.errand
  const hashes = new Map<bigint, Fact<MemberHash>>()
  let hashTookMs = 0
  for (const voter of round.voters) {
    const beganMs = performance.now()
    const hash = await hashOf(round, voter, asked)
    if (!isSeen(hash) && isAboutRevision(hash.problem)) return undefined
    hashes.set(voter.member.id, hash)
    // Who is not let in by one is not let in by the others.
    if (!isSeen(hash) && hash.problem.code === 'etcd-needs-root') break
    hashTookMs = Math.max(hashTookMs, Math.round(performance.now() - beganMs))
  }
  const revisions = new Set([...hashes.values()].flatMap((fact) => seenValue(fact)?.revision ?? []))
  if (revisions.size > 1) return undefined
  const refused = [...hashes.values()].find((fact) => !isSeen(fact))
  const members = facts.members.map((member) => {
    const hash = hashes.get(member.id) ?? (member.isLearner ? undefined : refused)
    return hash ? { ...member, hash } : member
  })
  const hashedRevision = refused ? book.hashedRevision : ([...revisions][0] ?? null)
  return { facts: { ...facts, members }, book: { ...book, hashedAt: order.at, hashedRevision, hashTookMs } }
}

async function hashOf(
  { errand: { order, entrance, signal }, timeoutMs }: Round,
  { endpoint }: Voter,
  asked: bigint,
): Promise<Fact<MemberHash>> {
  try {
    const hash = await entrance.rootClient.hashKv(endpoint, asked, { signal, timeoutMs })
    const revision = asked === newestRevision ? hash.header.revision : asked
    return { at: order.at, value: { ...hash, revision } }
  } catch (error) {
    return { at: order.at, problem: problemOf(error) }
  }
}

function isAboutRevision({ code }: Problem): boolean {
  return code === 'etcd-compacted' || code === 'etcd-future-revision'
}
