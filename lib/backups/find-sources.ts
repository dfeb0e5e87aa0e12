import { eachAtOnce } from '#lib/each-at-once.ts'
import { AppError } from '#lib/errors.ts'
import type { EtcdEndpoint } from '#lib/etcd/connection.ts'
import { formatEndpoint } from '#lib/etcd/connection.ts'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'
import type { EtcdMember, TimedStatus } from '#lib/etcd/members.ts'
import { raisedAlarms } from '#lib/etcd/raised-alarms.ts'
import { secondMs } from '#lib/time.ts'

/** Of one member, its token included. */
const askMs = 3 * secondMs
/** The kindness rule: of one cluster. */
const callsMax = 2
/** A member so many entries behind is catching up; etcd itself refuses writes once the appliers are 5,000 behind. */
const lagMax = 5_000n

export type MemberRole = 'learner' | 'follower' | 'leader'

/** A member a snapshot can be taken of, as it said a moment ago. */
export interface SnapshotSource {
  readonly endpoint: EtcdEndpoint
  readonly memberId: bigint
  /** Empty where no list told it. */
  readonly memberName: string
  readonly role: MemberRole
  readonly clusterId: bigint
  readonly version: string
  readonly revision: bigint
  /** Of its whole file: what the snapshot will be about as large as. */
  readonly sizeBytes: bigint
}

interface Question {
  /** The cluster that is meant; null where none was seen yet. */
  readonly expectedClusterId: bigint | null
  readonly signal: AbortSignal
}

/**
 * The members a snapshot may be taken of, the best first: a learner, which answers nobody else, then followers, then the leader;
 * one that lags behind only after all others. A member says for itself what it has: no quorum is needed, so a minority that is
 * left can still be backed up. One whose data is known to be damaged (alarm CORRUPT) is no source.
 *
 * @throws AppError of the first member when none answers; `cluster-is-another`; `etcd-corrupt` when only damaged ones are left
 */
export async function findSources(client: EtcdClient, question: Question): Promise<SnapshotSource[]> {
  const { expectedClusterId, signal } = question
  const members = await listMembers(client, signal)
  const { statuses, failures } = await askAll(client, [...placesOf(client, members)], signal)
  if (statuses.size === 0) throw failures[0] ?? new AppError('etcd-unavailable', 'The cluster has no endpoints')
  const ours = [...statuses.values()].filter(
    ({ status }) => expectedClusterId === null || status.header.clusterId === expectedClusterId,
  )
  const [another] = [...statuses.values()]
  if (ours.length === 0) {
    throw new AppError('cluster-is-another', `All members are of cluster ${another?.status.header.clusterId}`)
  }
  const damaged = new Set(ours.flatMap(({ status }) => raisedAlarms(status).filter(isCorrupt).map(idOf)))
  const sound = ours.filter(({ status }) => !damaged.has(status.header.memberId))
  if (sound.length === 0) throw new AppError('etcd-corrupt', 'Every member that answers has the alarm CORRUPT')
  const [newest = 0n] = sound.map(({ status }) => status.raftIndex).toSorted((one, other) => (one < other ? 1 : -1))
  const rankOf = ({ status }: Asked) =>
    (newest - status.raftAppliedIndex > lagMax ? 10 : 0) + ['learner', 'follower', 'leader'].indexOf(roleOf(status))
  return sound.toSorted((one, other) => rankOf(one) - rankOf(other)).map((asked) => toSource(asked, members))
}

interface Asked {
  readonly endpoint: EtcdEndpoint
  readonly status: TimedStatus
}

/** Without a list the endpoints we were given are all there is. */
async function listMembers(client: EtcdClient, signal: AbortSignal): Promise<readonly EtcdMember[]> {
  try {
    return (await client.members({ isSerializable: true, signal, timeoutMs: askMs })).members
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof AppError) return []
    throw error
  }
}

function placesOf(client: EtcdClient, members: readonly EtcdMember[]): Iterable<EtcdEndpoint> {
  const all = [...members.flatMap(({ endpoint }) => endpoint ?? []), ...client.access.endpoints]
  return new Map(all.toReversed().map((endpoint) => [formatEndpoint(endpoint), endpoint])).values()
}

async function askAll(client: EtcdClient, endpoints: readonly EtcdEndpoint[], signal: AbortSignal) {
  const statuses = new Map<bigint, Asked>()
  const failures: unknown[] = []
  await eachAtOnce(endpoints, callsMax, async (endpoint) => {
    try {
      const status = await client.status(endpoint, { signal, timeoutMs: askMs })
      statuses.set(status.header.memberId, { endpoint, status })
    } catch (error) {
      signal.throwIfAborted()
      failures.push(error)
    }
  })
  return { statuses, failures }
}

function toSource({ endpoint, status }: Asked, members: readonly EtcdMember[]): SnapshotSource {
  const { header, version, dbSizeBytes } = status
  return {
    endpoint,
    memberId: header.memberId,
    memberName: members.find(({ id }) => id === header.memberId)?.name ?? '',
    role: roleOf(status),
    clusterId: header.clusterId,
    version,
    revision: header.revision,
    sizeBytes: dbSizeBytes,
  }
}

function roleOf({ isLeader, isLearner }: TimedStatus): MemberRole {
  if (isLearner) return 'learner'
  return isLeader ? 'leader' : 'follower'
}

function isCorrupt({ kind }: { kind: string }): boolean {
  return kind === 'CORRUPT'
}

function idOf({ memberId }: { memberId: bigint }): bigint {
  return memberId
}
