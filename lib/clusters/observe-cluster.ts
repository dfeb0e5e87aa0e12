import { eachAtOnce } from '#lib/each-at-once.ts'
import type { ErrorCode } from '#lib/errors.ts'
import { AppError, errorCodes } from '#lib/errors.ts'
import { callFailure, reasonOf } from '#lib/etcd/call-failure.ts'
import type { EtcdAccess, EtcdEndpoint } from '#lib/etcd/connection.ts'
import { formatEndpoint, parseEndpoint, tokenFingerprint } from '#lib/etcd/connection.ts'
import { saysPasswordIsWrong } from '#lib/etcd/errors.ts'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { authenticateCall } from '#lib/etcd/make-call.ts'
import type { EtcdMember, MemberList } from '#lib/etcd/members.ts'
import { raisedAlarms } from '#lib/etcd/raised-alarms.ts'
import { refusedPasswords } from '#lib/etcd/refused-passwords.ts'
import type { AddressPolicy } from '#lib/net/address-policy.ts'
import { Places } from '#lib/places.ts'
import { processWide } from '#lib/process-wide.ts'
import { stallWatch } from '#lib/stall-watch.ts'
import { secondMs } from '#lib/time.ts'
import type { DiagnosisAccess, ObservedMember } from './diagnosis/diagnose.ts'
import type { MemberLook, Obstacle, Reached } from './diagnosis/members.ts'
import { leaderName, lowestVersion, named, observe, obstacle } from './diagnosis/members.ts'

export interface ObservedAccess extends DiagnosisAccess {
  /** Decimal; the cluster this way led to before. Another one that answers is not looked at. */
  etcdClusterId?: string | undefined
}

/** What one light look at a cluster saw. */
export interface Observation {
  /** As the cluster lists them; empty when it could not be asked for them. */
  members: ObservedMember[]
  /** Of the cluster that answered, decimal. */
  etcdClusterId: string | null
  /** The lowest of the members that answered. */
  version: string | null
  /** The name of the leader, or its id in hexadecimal where it has none. */
  leader: string | null
  /**
   * What stood in the way of the whole look: no answer, a refused password (the members are told all the same, where etcd
   * asks nobody's name for them), or `conflict` where another cluster answered.
   */
  problem: ErrorCode | null
  /** Kinds of alarms that are raised, `NOSPACE` or `CORRUPT`, by what the members told; each once. */
  alarms: string[]
  /** Whether any etcd answered, be it with a refusal. */
  isAnswered: boolean
}

export interface ObserveOptions {
  policy: AddressPolicy
  signal: AbortSignal
}

const looksMax = 8
const lookMs = 5 * secondMs
/** Of the list at one endpoint, a token for it included; there may be several to try. */
const listMs = 1.2 * secondMs
/** Of the way to one member and its answer; a lost first packet is sent again after a second. */
const statusMs = 1.5 * secondMs
const statusesMax = 2

/**
 * Looks at a cluster as lightly as can be, for a schedule over thousands of them: one list of its members, and one question to
 * each, over connections and a token that are kept. The user root is never used. At most 8 looks of a process are under way,
 * the others wait their turn; each then takes 5 s at most. Nothing found on the way is thrown.
 *
 * @throws AppError `dependency-unavailable` when this process stood still and cannot tell who is down; the signal's reason
 */
export async function observeCluster(access: ObservedAccess, options: ObserveOptions): Promise<Observation> {
  using _ = await processWide('clusters looks', () => new Places(looksMax)).take(options.signal)
  using watch = stallWatch().watch()
  const observation = await new Look(access, options).take()
  options.signal.throwIfAborted()
  if (watch.hasStalled()) {
    throw new AppError('dependency-unavailable', 'This process stood still for a second while it looked at a cluster')
  }
  return observation
}

/** By all of its endpoints, the one of a cluster that answered last: dead ones before it would cost every look their silence. */
const answering = processWide('clusters answering', () => new Map<string, string>())
const answeringMax = 10_000

function answeringFirst(endpoints: readonly string[]): readonly string[] {
  const known = answering.get(endpoints.toSorted().join(' '))
  return known === undefined ? endpoints : [known, ...endpoints.filter((one) => one !== known)]
}

function rememberAnswering({ endpoints }: EtcdAccess, members: readonly ObservedMember[]): void {
  const given = endpoints.map(formatEndpoint)
  const found = given.find((one) => members.some(({ address }) => address === one))
  const [oldest] = answering.keys()
  if (answering.size >= answeringMax && oldest !== undefined) answering.delete(oldest)
  if (found !== undefined) answering.set(given.toSorted().join(' '), found)
}

class Look {
  readonly #access: EtcdAccess
  readonly #expectedId: string | undefined
  readonly #signal: AbortSignal
  readonly #endsMs = performance.now() + lookMs
  /** The reader's, as long as they are let in. */
  #client: EtcdClient
  #problem: ErrorCode | null = null

  constructor(
    { endpoints, tls, reader, addressMap, etcdClusterId }: ObservedAccess,
    { policy, signal }: ObserveOptions,
  ) {
    const given = answeringFirst(endpoints).flatMap((one) => parseEndpoint(one) ?? [])
    this.#access = { endpoints: given, tls, reader, addressMap, door: { policy } }
    this.#expectedId = etcdClusterId
    this.#signal = AbortSignal.any([signal, AbortSignal.timeout(lookMs)])
    this.#client = openEtcd(this.#access)
    if (refusedPasswords().has(fingerprintOf(this.#access))) this.#goWithoutName('etcd-auth-failed')
  }

  async take(): Promise<Observation> {
    const nothing = { members: [], alarms: [], etcdClusterId: null, version: null, leader: null }
    try {
      const listed = await this.#list()
      const etcdClusterId = String(listed.header.clusterId)
      if (this.#expectedId !== undefined && this.#expectedId !== etcdClusterId)
        return { ...nothing, etcdClusterId, problem: 'conflict', isAnswered: true }
      const looks = await this.#visitAll(listed)
      const members = looks.map(({ observed }) => observed)
      rememberAnswering(this.#access, members)
      const version = lowestVersion(members.map((member) => member.version))
      const told = looks.flatMap(({ status }) => (status ? raisedAlarms(status) : []))
      const alarms = [...new Set(told.map(({ kind }) => kind))].toSorted()
      const seen = { members, alarms, etcdClusterId, version, leader: leaderName(looks) }
      return { ...seen, problem: this.#problem, isAnswered: true }
    } catch (error) {
      const failure = callFailure(error)
      return { ...nothing, problem: problemOf(failure), isAnswered: isAnswer(failure) }
    }
  }

  /** Of the first endpoint that tells it. One that hangs is as good as dead: it has its share of the time and no more. */
  async #list(): Promise<MemberList> {
    let failure: unknown = new AppError('etcd-unavailable', 'The cluster has no endpoints')
    for (const [index, endpoint] of this.#access.endpoints.entries()) {
      if (performance.now() + listMs + statusMs > this.#endsMs) break
      try {
        return await this.#listAt(endpoint)
      } catch (error) {
        if (index === 0) failure = error
      }
    }
    throw failure
  }

  /** As the reader; without a name where they are not let in, or nobody can be just now: no etcd so far asks for one. */
  async #listAt(endpoint: EtcdEndpoint): Promise<MemberList> {
    const question = { endpoint, isSerializable: true, signal: this.#signal, timeoutMs: listMs }
    try {
      return await this.#client.members(question)
    } catch (error) {
      if (this.#problem !== null || !isAboutName(error)) throw error
      if (saysPasswordIsWrong(error)) refusedPasswords().add(fingerprintOf(this.#access))
      this.#goWithoutName(callFailure(error).code)
      return await this.#client.members(question)
    }
  }

  #goWithoutName(problem: ErrorCode): void {
    const { reader: _, ...stranger } = this.#access
    this.#client = openEtcd(stranger)
    this.#problem = problem
  }

  async #visitAll({ members, header }: MemberList): Promise<MemberLook[]> {
    const seen = new Map<bigint, Reached | Obstacle>()
    await eachAtOnce(members, statusesMax, async (member) => {
      seen.set(member.id, await this.#visit(member, header.clusterId))
    })
    await this.#tryOthers(members, seen)
    return members.map((member) => {
      const found = seen.get(member.id) ?? notAsked
      return { observed: observe(member, found), ...('status' in found ? { status: found.status } : {}) }
    })
  }

  async #visit({ endpoint, name }: EtcdMember, clusterId: bigint): Promise<Reached | Obstacle> {
    if (!endpoint) return named(name === '' ? 'not-started' : 'no-usable-address')
    const met = await this.#ask(endpoint)
    const isOther = 'status' in met && met.status.header.clusterId !== clusterId
    return isOther ? named('members-of-two-clusters') : met
  }

  /** Members are not all reached where they advertise, as behind NAT; those given may be they. */
  async #tryOthers(members: readonly EtcdMember[], seen: Map<bigint, Reached | Obstacle>): Promise<void> {
    const isMissing = (id: bigint) => seen.has(id) && !('status' in (seen.get(id) ?? {}))
    const asked = new Set(members.flatMap(({ endpoint }) => (endpoint ? formatEndpoint(endpoint) : [])))
    const others = this.#access.endpoints.filter((endpoint) => !asked.has(formatEndpoint(endpoint)))
    await eachAtOnce(others, statusesMax, async (endpoint) => {
      if (!members.some(({ id }) => isMissing(id))) return
      const met = await this.#ask(endpoint)
      if ('status' in met && isMissing(met.status.header.memberId)) seen.set(met.status.header.memberId, met)
    })
  }

  /** A member is given all of its time or is not asked: no answer to half a question says nothing of it. */
  async #ask(endpoint: EtcdEndpoint): Promise<Reached | Obstacle> {
    if (performance.now() + statusMs > this.#endsMs) return notAsked
    try {
      const status = await this.#client.status(endpoint, { signal: this.#signal, timeoutMs: statusMs })
      return { address: formatEndpoint(endpoint), status, latencyMs: status.latencyMs }
    } catch (error) {
      return obstacle(callFailure(error))
    }
  }
}

/** A refusal of who asks, or a token that nobody gives out just now, as without a quorum. */
function isAboutName(error: unknown): boolean {
  if (!(error instanceof AppError)) return false
  const { code, details } = error
  return code === 'etcd-auth-failed' || (details.call === authenticateCall.name && code !== 'etcd-unavailable')
}

function fingerprintOf(access: EtcdAccess): string {
  return access.reader ? tokenFingerprint(access, access.reader) : ''
}

/** Its own code leaves open what the member does. */
const notAsked = named('not-reached')

function isAnswer({ code }: AppError): boolean {
  return code.startsWith('etcd-') && !silences.has(code)
}

/** What no etcd says. */
const silences: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'etcd-unavailable',
  'etcd-timeout',
  'etcd-tls-failed',
  'etcd-not-etcd',
  'etcd-unsupported',
  'etcd-failed',
])

/** The nearest cause that has a code of ours. */
function problemOf(failure: AppError): ErrorCode {
  const reason = reasonOf(failure)
  return isErrorCode(reason) ? reason : failure.code
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCodes, text)
}
