import type { EndpointParts } from '#lib/contracts/cluster-access.ts'
import { joinEndpoint, splitEndpoint } from '#lib/contracts/cluster-access.ts'
import { eachAtOnce } from '#lib/each-at-once.ts'
import type { AppError } from '#lib/errors.ts'
import { callFailure, reasonOf } from '#lib/etcd/call-failure.ts'
import { formatEndpoint } from '#lib/etcd/connection.ts'
import type { EtcdMember } from '#lib/etcd/members.ts'
import { saysAddressIsBad, saysNobodyIsThere } from '#lib/etcd/obstacles.ts'
import type { MemberStatus } from '#lib/etcd/own-methods.ts'
import type { Door } from '#lib/net/door.ts'
import type { Asked } from './authentication.ts'
import { connectCommand, etcdctlCommand } from './commands.ts'
import { hex, toEtcdEndpoint } from './etcd-way.ts'
import type { EndpointLook } from './look-at-endpoint.ts'
import type { Credential, DiagnosisRun, Finding, Outcome } from './run.ts'

/** One member as this look saw it. */
export interface ObservedMember {
  /** etcd's member id, decimal. */
  memberId: string
  /** Empty for a member that was added and has not started yet. */
  name: string
  peerUrls: string[]
  clientUrls: string[]
  /** Where it was reached, with its scheme; null when it was not. */
  address: string | null
  isLearner: boolean
  isLeader: boolean
  state: 'up' | 'down' | 'unknown'
  /** Our code of what stood in the way. */
  problem: string | null
  /** Empty while unknown. */
  version: string
  dbSizeBytes: bigint | null
  /** Of one call over a connection that stood already. */
  latencyMs: number | null
}

/** A member with what it said last. */
export interface MemberLook {
  observed: ObservedMember
  status?: MemberStatus
}

interface Ask extends Asked {
  reader: Credential | undefined
  /** The endpoints given, some of them still being looked at. */
  looks: readonly Promise<EndpointLook>[]
}

/** Whether every member of the cluster can be reached, and all endpoints belong to the same one. */
export async function lookAtMembers(run: DiagnosisRun, ask: Ask, door: Door): Promise<Outcome<MemberLook[]>> {
  const endpoint = toEtcdEndpoint(ask.parts)
  const listCommand = etcdctlCommand([ask.parts], { ...run.access, user: ask.reader?.username }, [
    'member',
    'list',
    '-w',
    'table',
  ])
  const client = ask.way.client(ask.reader)
  try {
    const { members } = await client.members({ endpoint, isSerializable: true, signal: door.signal })
    const visits: Visited[] = []
    const ordered = [...members.entries()]
    await eachAtOnce(ordered, visitsAtOnceMax, async ([index, member]) => {
      visits[index] = await visit(run, { ...ask, member }, door)
    })
    const problems = [...(await foreignEndpoints(run, ask)), ...visits.flatMap(({ finding }) => finding ?? [])]
    const names = members.map(({ name, id }) => name || hex(id))
    const all = { code: 'members-reachable', evidence: { total: members.length, names }, command: listCommand } as const
    const [first = all, ...others] = problems
    return { findings: [first, ...others], value: visits }
  } catch (error) {
    const reason = reasonOf(callFailure(error))
    return { findings: [{ code: 'members-not-listed', evidence: { reason }, command: listCommand }] }
  }
}

/** So that a few that hang do not take the time of the others. */
const visitsAtOnceMax = 8

async function foreignEndpoints(run: DiagnosisRun, { looks }: Ask): Promise<Finding[]> {
  const clusters = new Map<string, EndpointParts[]>()
  for (const { parts, answer } of await Promise.all(looks)) {
    if (!parts || !answer?.status) continue
    const id = hex(answer.status.header.clusterId)
    clusters.set(id, [...(clusters.get(id) ?? []), parts])
  }
  if (clusters.size < 2) return []
  const shown = [...clusters].map(([id, endpoints]) => `${id}: ${endpoints.map(joinEndpoint).join(' ')}`)
  const command = etcdctlCommand([...clusters.values()].flat(), run.access, ['endpoint', 'status', '-w', 'fields'])
  return [{ code: 'members-of-two-clusters', evidence: { clusters: shown }, command: `${command} | grep ClusterID` }]
}

interface Visit extends Ask {
  member: EtcdMember
}

interface Visited extends MemberLook {
  finding?: Finding
}

interface Reached {
  address: string
  status: MemberStatus
  latencyMs: number | null
}

interface Obstacle {
  /** A code of ours. */
  problem: string
  reason: string
  /** What an operator would have to write to open the way; absent where nobody closed it. */
  grant?: string
}

/** Asks a member at the address it advertises, which all later work goes by; one we were given only tells that it lives. */
async function visit(run: DiagnosisRun, ask: Visit, door: Door): Promise<Visited> {
  const { member } = ask
  const met = await reach(run, ask, door)
  if ('status' in met) return { observed: observe(member, met), status: met.status }
  const finding = obstacleFinding(run, ask, met)
  const given = await findGiven(ask)
  return given
    ? { observed: observe(member, given), status: given.status, finding }
    : { observed: observe(member, met), finding }
}

async function reach(
  run: DiagnosisRun,
  { member, looks, way, reader }: Visit,
  door: Door,
): Promise<Reached | Obstacle> {
  const { endpoint } = member
  if (!endpoint) return named(member.name === '' ? 'not-started' : 'no-usable-address')
  const address = formatEndpoint(endpoint)
  const look = await looks[run.access.endpoints.indexOf(address)]
  if (look && !look.answer) return named(look.problem ?? 'not-reached')
  const client = way.client(reader)
  try {
    await client.status(endpoint, { signal: door.signal })
    const askedMs = performance.now()
    const status = await client.status(endpoint, { signal: door.signal })
    return { address, status, latencyMs: Math.round(performance.now() - askedMs) }
  } catch (error) {
    return obstacle(callFailure(error))
  }
}

/** What is in the way by our own judgement. */
function named(problem: string): Obstacle {
  return { problem, reason: problem }
}

/** What is in the way as a failed call tells. */
function obstacle(failure: AppError): Obstacle {
  const { grant } = failure.details
  const reason = reasonOf(failure)
  return { problem: failure.code, reason, ...(typeof grant === 'string' ? { grant } : {}) }
}

async function findGiven({ member, looks }: Visit): Promise<Reached | undefined> {
  for (const { endpoint, answer } of await Promise.all(looks)) {
    const { status } = answer ?? {}
    if (status?.header.memberId === member.id) return { address: endpoint, status, latencyMs: null }
  }
  return undefined
}

function obstacleFinding(
  run: DiagnosisRun,
  { member, parts, reader }: Visit,
  { reason, grant = 'none' }: Obstacle,
): Finding {
  const { endpoint, name, id, clientUrls } = member
  const address = endpoint ? formatEndpoint(endpoint) : clientUrls.join(', ') || '–'
  const evidence = { member: name || hex(id), memberId: hex(id), address, reason }
  const target = endpoint && splitEndpoint(address)
  const listCommand = etcdctlCommand([parts], { ...run.access, user: reader?.username }, [
    'member',
    'list',
    '-w',
    'table',
  ])
  if (saysAddressIsBad(reason))
    return { code: 'member-address-not-usable', evidence: { ...evidence, grant }, command: listCommand }
  return { code: 'member-not-reachable', evidence, command: target ? connectCommand(target) : listCommand }
}

/** As the first that knows one says: the leader itself may be out of reach. */
export function leaderName(members: readonly MemberLook[]): string | null {
  const id = members.map(({ status }) => status?.leaderId ?? 0n).find((one) => one !== 0n)
  if (id === undefined) return null
  return members.find(({ observed }) => observed.memberId === String(id))?.observed.name || hex(id)
}

/** Made once: making one costs more than a thousand comparisons. */
const byNumber = new Intl.Collator('en', { numeric: true })

export function lowestVersion(versions: readonly string[]): string | null {
  return versions.filter(Boolean).toSorted(byNumber.compare)[0] ?? null
}

function observe({ id, name, peerUrls, clientUrls, isLearner }: EtcdMember, seen: Reached | Obstacle): ObservedMember {
  const described = { memberId: String(id), name, peerUrls: [...peerUrls], clientUrls: [...clientUrls], isLearner }
  if (!('status' in seen)) {
    const state = saysNobodyIsThere(seen.reason) ? 'down' : 'unknown'
    const nothing = { address: null, isLeader: false, version: '', dbSizeBytes: null, latencyMs: null }
    return { ...described, ...nothing, state, problem: seen.problem }
  }
  const { status, address, latencyMs } = seen
  const { isLeader, dbSizeBytes, version } = status
  return { ...described, address, isLeader, state: 'up', problem: null, version, dbSizeBytes, latencyMs }
}
