import { AppError } from '#lib/errors.ts'
import { callFailure } from '#lib/etcd/call-failure.ts'
import type { EtcdEndpoint } from '#lib/etcd/connection.ts'
import { formatEndpoint } from '#lib/etcd/connection.ts'
import type { EtcdAlarm } from '#lib/etcd/maintenance.ts'
import type { MemberList } from '#lib/etcd/members.ts'
import { raisedAlarms } from '#lib/etcd/raised-alarms.ts'
import { stallWatch } from '#lib/stall-watch.ts'
import { secondMs } from '#lib/time.ts'
import type { ClusterFacts, Fact, ListedMember, MemberFacts, OwnList, Seen } from '../facts.ts'
import { isSeen, presenceOf } from '../facts.ts'
import { soundFacts } from '../sound-facts.ts'
import { askAdmission } from './ask-admission.ts'
import { errandsMs, runErrands } from './errands.ts'
import { nextHistory, noHistory } from './history.ts'
import { Entrance, firstList } from './list-members.ts'
import type { Memory } from './memory.ts'
import { emptyErrandBook } from './memory.ts'
import type { CollectionOrder } from './order.ts'
import { notKnown, problemOf } from './problem.ts'
import { quietEndpoint } from './quiet-endpoint.ts'
import type { Visited } from './visit-members.ts'
import { ownListOf, visitMembers } from './visit-members.ts'
import { visitOrder } from './visit-order.ts'

/** What a collection brought, to be judged, kept and handed to the next one. */
export interface Collected extends Memory {
  /** Why the reader was not let in, though the members may have told of themselves; null where they were, or nobody was named. */
  readonly refusal: AppError | null
  /** Whether any etcd answered, be it with a refusal. */
  readonly isAnswered: boolean
}

/** Of the members and how they are. */
const lookMs = 5 * secondMs
/** Of the list, where the members are known from before: they may be found without it, and take the rest. */
const knownListMs = 2 * secondMs

/**
 * Collects the facts of one cluster: its list of members, how each of them is, and what else is wanted when its time has come.
 * Nothing found on the way is thrown, it is a fact. At most two calls at a time, none of which writes or asks the cluster to
 * agree; 5 s for what is asked each time, 30 s for the rest.
 *
 * @throws AppError `dependency-unavailable` when this process stood still and cannot tell who is down; the signal's reason
 */
export async function collectCluster(order: CollectionOrder): Promise<Collected> {
  using watch = stallWatch().watch()
  const entrance = new Entrance(order.access)
  const look = await lookAround(order, entrance)
  order.signal.throwIfAborted()
  if (watch.hasStalled()) {
    throw new AppError('dependency-unavailable', 'This process stood still for a second while it looked at a cluster')
  }
  const signal = AbortSignal.any([order.signal, AbortSignal.timeout(errandsMs)])
  const { facts, book } = await runErrands(
    { order, entrance, facts: look.facts, endpoints: look.endpoints, signal },
    order.memory?.errands ?? emptyErrandBook,
  )
  order.signal.throwIfAborted()
  const { refusal = null } = entrance
  const isAnswered = look.isAnswered || facts.members.some(({ status }) => isSeen(status))
  const sound = toEvidence(order, facts)
  return {
    facts: sound,
    lastStatus: lastStatusOf(order, sound),
    errands: book,
    toldBy: look.toldBy,
    refusal,
    isAnswered,
  }
}

/** What is judged, shown and kept: nothing that is no evidence, and what follows from the rest. */
function toEvidence({ memory, hashDifference }: CollectionOrder, facts: ClusterFacts): ClusterFacts {
  const sound = soundFacts(facts)
  const history = nextHistory(memory?.facts.history, sound, hashDifference)
  return { ...sound, members: sound.members.map(withoutErrors), alarms: alarmsOf(sound.members, sound.at), history }
}

/** Alarms are all that is read from what members say in words, and stand for themselves. */
function withoutErrors(member: MemberFacts): MemberFacts {
  const { status } = member
  return isSeen(status) ? { ...member, status: { ...status, value: { ...status.value, errors: [] } } } : member
}

interface Look {
  readonly facts: ClusterFacts
  readonly endpoints: ReadonlyMap<bigint, EtcdEndpoint>
  readonly isAnswered: boolean
  readonly toldBy: string | null
}

async function lookAround(order: CollectionOrder, entrance: Entrance): Promise<Look> {
  const { at, memory, wanted, expectedClusterId } = order
  const beganMs = performance.now()
  const endsMs = beganMs + lookMs
  const before = memory?.facts.members ?? []
  const signal = AbortSignal.any([order.signal, AbortSignal.timeout(lookMs)])
  const listEndsMs = before.length > 0 ? beganMs + knownListMs : endsMs
  const { list, told, toldBy, isAnswered } = await askForList(entrance, { endsMs: listEndsMs, signal })
  const listed = inOrder(told?.members ?? before)
  const isAnother = told !== undefined && expectedClusterId !== null && told.header.clusterId !== expectedClusterId
  const known: readonly ListedMember[] = isAnother ? before : listed
  const visits = isAnother
    ? new Map<bigint, Visited>()
    : await visitMembers(visitOrder(known, { teller: told?.header.memberId, before }), {
        entrance,
        at,
        endsMs,
        signal,
        wantsLists: wanted.has('members.memberList'),
        told: listOfTeller(told),
      })
  const members = known.map((member) => toFacts(member, visits.get(member.id) ?? strangerAnswered(at), order))
  const endpoints = endpointsOf(visits)
  const question = { entrance, list, endpoint: quietEndpoint(members, endpoints), at, endsMs, signal }
  const unasked = isAnother ? 'another-answered' : 'not-asked'
  const isAdmissionAsked = wanted.has('admission') && !isAnother
  const facts: ClusterFacts = {
    at,
    expectedClusterId,
    list,
    members,
    admission: isAdmissionAsked ? await askAdmission(question) : notKnown(at, unasked),
    alarms: notKnown(at, 'not-asked'),
    backups: notKnown(at, 'not-asked'),
    ...remembered(order),
  }
  return { facts, endpoints, isAnswered, toldBy }
}

/** What is asked more rarely, as it was last asked. */
function remembered({ at, memory, hashDifference }: CollectionOrder) {
  const { facts } = memory ?? {}
  const nothing = notKnown(at, 'not-collected-yet')
  return {
    clientCertificate: facts?.clientCertificate ?? nothing,
    keys: facts?.keys ?? nothing,
    quota: facts?.quota ?? nothing,
    history: { ...(facts?.history ?? noHistory), hashDifference },
  }
}

/** Each member lists them as it likes: what is told of several is not another finding for that. */
function inOrder(members: readonly ListedMember[]): readonly ListedMember[] {
  return members.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }) || Number(a.id - b.id))
}

async function askForList(
  entrance: Entrance,
  limits: { endsMs: number; signal: AbortSignal },
): Promise<{ list: ClusterFacts['list']; told?: MemberList; toldBy: string | null; isAnswered: boolean }> {
  try {
    const { told, endpoint } = await firstList(entrance, limits)
    const list = { at: new Date(), value: { clusterId: told.header.clusterId } }
    return { list, told, toldBy: formatEndpoint(endpoint), isAnswered: true }
  } catch (error) {
    return { list: { at: new Date(), problem: problemOf(error) }, toldBy: null, isAnswered: isAnswer(error) }
  }
}

/** Whether an etcd said it. */
function isAnswer(error: unknown): boolean {
  const { code } = callFailure(error)
  return code.startsWith('etcd-') && !silences.has(code)
}

/** What no etcd says. */
const silences: ReadonlySet<string> = new Set([
  ...['etcd-unavailable', 'etcd-timeout', 'etcd-tls-failed', 'etcd-not-etcd', 'etcd-unsupported', 'etcd-failed'],
])

function listOfTeller(told: MemberList | undefined): ReadonlyMap<bigint, Seen<OwnList>> {
  if (!told) return new Map()
  return new Map([[told.header.memberId, { at: new Date(), value: ownListOf(told) }]])
}

/** Another cluster stands where this one was: its members were not asked. */
function strangerAnswered(at: Date): Visited {
  const nobody = notKnown(at, 'another-answered')
  return { endpoint: null, advertised: nobody, status: nobody, memberList: nobody }
}

function toFacts(
  { id, name, isLearner, peerUrls, clientUrls }: ListedMember,
  { endpoint, advertised, status, memberList }: Visited,
  { at, memory }: CollectionOrder,
): MemberFacts {
  const before = memory?.facts.members.find((member) => member.id === id)
  const listed = { id, name, isLearner, peerUrls, clientUrls }
  return {
    ...listed,
    address: endpoint && formatEndpoint(endpoint),
    downSince: downSinceOf(status, before?.downSince ?? null, at),
    advertised,
    status,
    memberList,
    hash: before?.hash ?? notKnown(at, 'not-collected-yet'),
    serverCertificate: before?.serverCertificate ?? notKnown(at, 'not-collected-yet'),
  }
}

function downSinceOf(status: MemberFacts['status'], before: Date | null, at: Date): Date | null {
  if (presenceOf({ status }) === 'down') return before ?? at
  return !isSeen(status) && status.problem.code === 'not-asked' ? before : null
}

/**
 * Each member tells of all alarms with its status. They are not asked for by etcd's own call: that one goes through the log of
 * the cluster like a write.
 */
function alarmsOf(members: readonly MemberFacts[], at: Date): Fact<readonly EtcdAlarm[]> {
  const seen = members.flatMap(({ status }) => (isSeen(status) ? status.value : []))
  const [first] = members
  if (seen.length === 0) return first && !isSeen(first.status) ? first.status : notKnown(at, 'etcd-unavailable')
  const alarms = seen.flatMap(raisedAlarms).flatMap(({ kind, memberId }) => {
    const known = alarmKinds[kind]
    return known ? [[`${memberId} ${known}`, { memberId, kind: known }] as const] : []
  })
  return { at, value: [...new Map(alarms).values()] }
}

const alarmKinds: Readonly<Record<string, EtcdAlarm['kind']>> = { NOSPACE: 'nospace', CORRUPT: 'corrupt' }

function endpointsOf(visits: ReadonlyMap<bigint, Visited>): ReadonlyMap<bigint, EtcdEndpoint> {
  return new Map([...visits].flatMap(([id, { endpoint }]) => (endpoint ? [[id, endpoint] as const] : [])))
}

function lastStatusOf({ memory }: CollectionOrder, { members }: ClusterFacts): Memory['lastStatus'] {
  const last = members.flatMap(({ id, status }) => {
    const seen = isSeen(status) ? status : memory?.lastStatus[String(id)]
    return seen ? [[String(id), seen] as const] : []
  })
  return Object.fromEntries(last)
}
