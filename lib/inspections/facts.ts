import type { ErrorCode } from '#lib/errors.ts'
import type { EtcdAlarm } from '#lib/etcd/maintenance.ts'
import type { EtcdMember, TimedStatus } from '#lib/etcd/members.ts'
import { saysNobodyIsThere } from '#lib/etcd/obstacles.ts'
import type { HashKv } from '#lib/etcd/own-methods.ts'

/** What says why nothing is known where no call failed: nobody asked, there was nobody to ask, or what was seen is no evidence. */
type NotTold =
  | 'not-collected-yet'
  | 'not-asked'
  | 'not-started'
  | 'no-usable-address'
  | 'outdated'
  | 'another-answered'
  | 'backups-off'

/** Why something could not be told. `reason` is the nearest cause where `code` only says that a call failed. */
export interface Problem {
  readonly code: ErrorCode | NotTold
  readonly reason?: string
}

/** Something that was seen, or could not be told, at its own time. */
export type Fact<Value> = Seen<Value> | NotSeen

export interface Seen<Value> {
  readonly at: Date
  readonly value: Value
}

export interface NotSeen {
  readonly at: Date
  readonly problem: Problem
}

/** A member as a list of members names it. */
export type ListedMember = Pick<EtcdMember, 'id' | 'name' | 'isLearner' | 'peerUrls' | 'clientUrls'>

export interface OwnList {
  readonly clusterId: bigint
  readonly members: readonly ListedMember[]
}

export interface MemberHash extends HashKv {
  /** What was hashed; the header tells how far the member had come by then. */
  readonly revision: bigint
}

export interface CertificateFact {
  readonly subject: string
  readonly notBefore: Date
  readonly notAfter: Date
}

/** What one collection knows of one member. */
export interface MemberFacts extends ListedMember {
  /** Where it was reached from here, with its scheme; null where it was not. */
  readonly address: string | null
  /**
   * Since when it has been down, this collection included; as it was known where there was no time to ask, null where it is not
   * down.
   */
  readonly downSince: Date | null
  /** The address it advertises, or what that is mapped to, where it answered there. Other ways to it do not count. */
  readonly advertised: Fact<string>
  readonly status: Fact<TimedStatus>
  /** What this member itself believes the cluster to be. */
  readonly memberList: Fact<OwnList>
  readonly hash: Fact<MemberHash>
  /** Null where it speaks without TLS. */
  readonly serverCertificate: Fact<CertificateFact | null>
}

/** How much a database may grow. 0 bytes is etcd's default of 2 GiB, less than 0 no quota at all. */
export interface Quota {
  readonly bytes: bigint
  readonly source: 'metrics' | 'setting'
}

export interface KeyCounts {
  readonly total: bigint
  /**
   * Those that were counted: beyond some number of keys not all there are. `prefix` is what `writeKeyPrefix` makes of its bytes;
   * `name` is what people call it: `apps/deployments` of Kubernetes, `routes` of APISIX, else the prefix as text.
   */
  readonly prefixes: readonly { readonly prefix: string; readonly name: string; readonly keys: bigint }[]
}

/** Who led from `at` on; `leaderId` is 0 while nobody did. */
export interface Leadership {
  readonly at: Date
  readonly leaderId: bigint
  readonly raftTerm: bigint
}

/** What etcd said when somebody asked for a key. */
export interface Admission {
  /** Who asked; null where no user is set here. */
  readonly username: string | null
  /** Why they were not let in: nobody is without a user, or not with this name and password. Null where they were. */
  readonly refusal: 'etcd-auth-required' | 'etcd-auth-failed' | null
}

/** A verified backup that is offered, as the catalogue has it. */
export interface KeptBackup {
  /** When its snapshot was begun: what it holds is as of then. */
  readonly takenAt: Date
  readonly verifiedAt: Date
  readonly revision: bigint
  /** Decimal; empty where it was not told. */
  readonly etcdClusterId: string
}

/** How large a snapshot was, before it was packed. */
export interface BackupSize {
  readonly takenAt: Date
  readonly sizeBytes: bigint
  readonly keys: bigint
}

/** How long a cluster has been without a newer verified backup. */
export interface Exposure {
  /** When the newest was taken; where there is none, when one was first tried or due. */
  readonly since: Date
  /** Turns of the schedule that have passed since then; beyond 20 they are counted no more. */
  readonly turns: number
  /** Whether nothing has failed or been left out since backups are wanted as they are now: the first one is still to come. */
  readonly isExcused: boolean
  /** Of the 24 hours before; null while no turn has passed. */
  readonly lastDay: { readonly expected: number; readonly verified: number } | null
}

export interface DrillFacts {
  readonly everyDays: number
  /** Of the newest that came to one. */
  readonly verdict: {
    readonly isProven: boolean
    readonly at: Date
    readonly problem: string
    readonly takenAt: Date | null
  } | null
  /** Why the newest proved nothing, if it did not; a code. */
  readonly obstacle: string | null
  readonly provenAt: Date | null
  /** When the first of its backups that is remembered was asked for. */
  readonly wantedSince: Date | null
}

/** How a cluster is backed up whose plan is on and has a target. */
export interface BackupFacts {
  /** `problem` is the code of what failed when it was last used; null while it works. */
  readonly target: { readonly name: string; readonly problem: string | null }
  /** Between two turns of the schedule. */
  readonly everySeconds: number
  /** Newest first, two at most. */
  readonly verified: readonly KeptBackup[]
  /** Of what was verified of late, whether it is still kept or not: newest first, six at most. */
  readonly sizes: readonly BackupSize[]
  /** Null where nothing was ever tried or due. */
  readonly exposure: Exposure | null
  /** Backups in a row that came to nothing, 20 at most, and why the newest of them did; a code. */
  readonly failures: { readonly inRow: number; readonly problem: string | null }
  readonly drills: DrillFacts
}

/** What was, this collection included: inspections know no past of their own. */
export interface History {
  /** Oldest first, one for each change within the last hour and the one before it, the present one last; empty if none was seen. */
  readonly leaderships: readonly Leadership[]
  /** Since when voters' versions have differed without a break: `at` where this collection saw it first, null where they do not. */
  readonly versionsDifferSince: Date | null
  /** Since when members' lists have differed without a break: `at` where this collection saw it first, null where they do not. */
  readonly listsDifferSince: Date | null
  /** The last comparison of hashes, if it differed: evidence `comparedAt` and `times` of the finding that is open since. */
  readonly hashDifference: { readonly comparedAt: Date; readonly times: number } | null
}

/** What one collection saw of a cluster. Everything but the history and who the members are can be unknown. */
export interface ClusterFacts {
  /** When the collection began. */
  readonly at: Date
  /** Where the way led before; null before anything answered. */
  readonly expectedClusterId: bigint | null
  /** Whether the cluster could be asked for its members. */
  readonly list: Fact<{ readonly clusterId: bigint }>
  /** Those listed; where the list could not be read, those known before. */
  readonly members: readonly MemberFacts[]
  /** Whether we are let in: members tell of themselves to strangers too. */
  readonly admission: Fact<Admission>
  readonly alarms: Fact<readonly EtcdAlarm[]>
  /** The one we show ourselves; null where we show none. */
  readonly clientCertificate: Fact<CertificateFact | null>
  readonly keys: Fact<KeyCounts>
  /** For members too old to tell their own. */
  readonly quota: Fact<Quota>
  /** From our own catalogue, as it stands when the collection is judged. */
  readonly backups: Fact<BackupFacts>
  readonly history: History
}

type FactKey<Holder> = { [Key in keyof Holder]: Holder[Key] extends Fact<unknown> ? Key : never }[keyof Holder]
export type MemberFactName = FactKey<MemberFacts>
export type ClusterFactName = FactKey<ClusterFacts>
export type FactName = ClusterFactName | `members.${MemberFactName}`

/** What is read from our own catalogue: no etcd is asked for it. */
export const catalogueFacts: ReadonlySet<FactName> = new Set(['backups'])

export function isSeen<Value>(fact: Fact<Value>): fact is Seen<Value> {
  return 'value' in fact
}

export function seenValue<Value>(fact: Fact<Value>): Value | undefined {
  return isSeen(fact) ? fact.value : undefined
}

/** Where a fact of this name can stand: once, or once for each member. */
export function factsNamed(facts: ClusterFacts, name: FactName): readonly Fact<unknown>[] {
  return isOfMembers(name) ? facts.members.map((member) => member[ownName(name)]) : [facts[name]]
}

type OfMembers = `members.${MemberFactName}`

function isOfMembers(name: FactName): name is OfMembers {
  return name.startsWith('members.')
}

function ownName(name: OfMembers): MemberFactName {
  return name.slice('members.'.length) as MemberFactName
}

/** Whether a member lives: by what it answered, or by what stood in the way. */
export function presenceOf({ status }: Pick<MemberFacts, 'status'>): 'up' | 'down' | 'unknown' {
  if (isSeen(status)) return 'up'
  const { code, reason = code } = status.problem
  return saysNobodyIsThere(reason) ? 'down' : 'unknown'
}

/** As etcdctl writes it. */
export function hexId(id: bigint): string {
  return id.toString(16)
}

/** What people call a member; one that has not started has no name yet. */
export function nameOf({ name, id }: Pick<ListedMember, 'name' | 'id'>): string {
  return name || hexId(id)
}

export function votersOf({ members }: Pick<ClusterFacts, 'members'>): readonly MemberFacts[] {
  return members.filter(({ isLearner }) => !isLearner)
}
