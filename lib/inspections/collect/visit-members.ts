import { eachAtOnce } from '#lib/each-at-once.ts'
import type { EtcdEndpoint } from '#lib/etcd/connection.ts'
import { formatEndpoint } from '#lib/etcd/connection.ts'
import { makeEndpointFinder } from '#lib/etcd/endpoint-finder.ts'
import type { MemberList, TimedStatus } from '#lib/etcd/members.ts'
import { secondMs } from '#lib/time.ts'
import type { Fact, ListedMember, MemberFacts, OwnList, Seen } from '../facts.ts'
import { isSeen } from '../facts.ts'
import type { Entrance } from './list-members.ts'
import { factOf, notKnown } from './problem.ts'

/** Of the way to one member and its answer; a lost first packet is sent again after a second. */
const statusMs = 1.5 * secondMs
const listMs = 1.2 * secondMs
/** The kindness rule: of one cluster. */
const callsMax = 2

/** What a visit tells of a member. */
export interface Visited {
  /** Null where it was not reached. */
  readonly endpoint: EtcdEndpoint | null
  readonly advertised: MemberFacts['advertised']
  readonly status: MemberFacts['status']
  readonly memberList: MemberFacts['memberList']
}

interface Round {
  readonly entrance: Entrance
  readonly at: Date
  /** Of `performance.now()`: nothing is begun that could last longer. */
  readonly endsMs: number
  readonly signal: AbortSignal
  /** Whether each is asked for its own list too. */
  readonly wantsLists: boolean
  /** The list that was told already, by the id of whoever told it. */
  readonly told: ReadonlyMap<bigint, Seen<OwnList>>
}

/**
 * Asks each member how it is, at the address it advertises, and those that are silent there at the endpoints given: behind NAT
 * a member may be one of them. At most two calls at a time.
 */
export async function visitMembers(
  members: readonly ListedMember[],
  round: Round,
): Promise<ReadonlyMap<bigint, Visited>> {
  const visits = new Map<bigint, Visited>()
  const findEndpoint = makeEndpointFinder(round.entrance.access)
  const asked = new Set<string>()
  await eachAtOnce(members, callsMax, async (member) => {
    const endpoint = findEndpoint(member.clientUrls)
    if (endpoint) asked.add(formatEndpoint(endpoint))
    visits.set(member.id, await visit(member, endpoint, round))
  })
  const isMissing = (id: bigint) => visits.has(id) && !hasAnswered(id, visits.get(id))
  const others = round.entrance.access.endpoints.filter((endpoint) => !asked.has(formatEndpoint(endpoint)))
  await eachAtOnce(others, callsMax, async (endpoint) => {
    if (!members.some(({ id }) => isMissing(id))) return
    const status = await askStatus(endpoint, round)
    const id = isSeen(status) ? status.value.header.memberId : undefined
    const visited = id === undefined ? undefined : visits.get(id)
    if (id === undefined || !visited || !isMissing(id)) return
    visits.set(id, { ...visited, endpoint, status, memberList: await askList(id, endpoint, round) })
  })
  return visits
}

/** Itself, and not another one at its address. */
function hasAnswered(id: bigint, visited: Visited | undefined): boolean {
  return visited !== undefined && isSeen(visited.status) && visited.status.value.header.memberId === id
}

async function visit({ id, name }: ListedMember, endpoint: EtcdEndpoint | undefined, round: Round): Promise<Visited> {
  if (!endpoint) {
    const nobody = notKnown(round.at, name === '' ? 'not-started' : 'no-usable-address')
    return { endpoint: null, advertised: nobody, status: nobody, memberList: nobody }
  }
  const status = await askStatus(endpoint, round)
  if (!isSeen(status)) return { endpoint: null, advertised: status, status, memberList: status }
  const isOwn = status.value.header.memberId === id
  const advertised = isOwn
    ? { at: status.at, value: formatEndpoint(endpoint) }
    : notKnown(status.at, 'another-answered')
  return { endpoint, advertised, status, memberList: await askList(id, endpoint, round) }
}

/** A member is given all of its time or is not asked: no answer to half a question says nothing of it. */
async function askStatus(endpoint: EtcdEndpoint, { entrance, at, endsMs, signal }: Round): Promise<Fact<TimedStatus>> {
  if (performance.now() + statusMs > endsMs) return notKnown(at, 'not-asked')
  return await factOf(entrance.client.status(endpoint, { signal, timeoutMs: statusMs }))
}

async function askList(id: bigint, endpoint: EtcdEndpoint, round: Round): Promise<Fact<OwnList>> {
  const { entrance, at, endsMs, signal, wantsLists, told } = round
  const known = told.get(id)
  if (known) return known
  if (!wantsLists || performance.now() + listMs > endsMs) return notKnown(at, 'not-asked')
  return await factOf(entrance.membersAt(endpoint, signal).then(ownListOf))
}

/** What the cluster has agreed upon: client addresses are told by the members themselves, and each would be kept many times. */
export function ownListOf({ header, members }: MemberList): OwnList {
  const agreed = members.map(({ id, name, isLearner, peerUrls }) => ({ id, name, isLearner, peerUrls, clientUrls: [] }))
  return { clusterId: header.clusterId, members: agreed }
}
