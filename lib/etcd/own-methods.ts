import { cleanText } from '#lib/foreign-text.ts'
import type { OwnMethod } from './call-unary.ts'
import type { EtcdHeader } from './header.ts'
import type { WireFields } from './wire.ts'
import { readFields, writeInt64 } from './wire.ts'

/*
 * Messages as etcd 3.6 has them (`api/etcdserverpb/rpc.proto`); etcd3's protocol file stops before 3.5.9. What a server is too
 * old to send is absent here, never zero.
 */

export interface MemberStatus {
  readonly header: EtcdHeader
  /** Clean, as all text here is, and of 60 characters at most. */
  readonly version: string
  readonly dbSizeBytes: bigint
  readonly dbSizeInUseBytes: bigint
  /** From 3.6; 0 means that the default of 2 GiB holds. */
  readonly dbSizeQuotaBytes: bigint | undefined
  /** Member id of the leader this member follows; 0 when it knows of none. */
  readonly leaderId: bigint
  readonly isLeader: boolean
  readonly isLearner: boolean
  readonly raftTerm: bigint
  readonly raftIndex: bigint
  readonly raftAppliedIndex: bigint
  /** What the member itself holds against its state: no leader, alarms. */
  readonly errors: readonly string[]
  /** From 3.6. */
  readonly storageVersion: string | undefined
  /** From 3.6, while a downgrade is under way. */
  readonly downgradeTarget: string | undefined
}

export interface HashKv {
  readonly header: EtcdHeader
  readonly hash: number
  /** Hashes compare only where this is equal. */
  readonly compactRevision: bigint
  /** From 3.5.5; hashes compare only where this is equal too. */
  readonly hashRevision: bigint | undefined
}

export interface SnapshotPart {
  readonly remainingBytes: bigint
  readonly blob: Buffer
  /** From 3.6. */
  readonly version: string | undefined
}

const nothing = () => Buffer.alloc(0)

export const statusMethod: OwnMethod<undefined, MemberStatus> = {
  path: '/etcdserverpb.Maintenance/Status',
  encode: nothing,
  decode: (bytes) => {
    const fields = readFields(bytes)
    const header = decodeHeader(fields.message(1))
    const leaderId = fields.uint64(4)
    const storageVersion = textOrNothing(cleanVersion(fields.text(11)))
    const downgrade = fields.message(13)
    return {
      header,
      version: cleanVersion(fields.text(2)),
      dbSizeBytes: fields.int64(3),
      leaderId,
      isLeader: leaderId !== 0n && leaderId === header.memberId,
      raftIndex: fields.uint64(5),
      raftTerm: fields.uint64(6),
      raftAppliedIndex: fields.uint64(7),
      errors: fields.texts(8, errorsMax),
      dbSizeInUseBytes: fields.int64(9),
      isLearner: fields.bool(10),
      storageVersion,
      dbSizeQuotaBytes: storageVersion === undefined ? undefined : fields.int64(12),
      downgradeTarget: downgrade.bool(1) ? cleanVersion(downgrade.text(2)) : undefined,
    }
  },
}

export const hashKvMethod: OwnMethod<bigint, HashKv> = {
  path: '/etcdserverpb.Maintenance/HashKV',
  encode: (revision) => writeInt64(1, revision),
  decode: (bytes) => {
    const fields = readFields(bytes)
    const hashRevision = fields.int64(4)
    return {
      header: decodeHeader(fields.message(1)),
      hash: Number(fields.uint64(2)),
      compactRevision: fields.int64(3),
      hashRevision: hashRevision === 0n ? undefined : hashRevision,
    }
  },
}

export const snapshotMethod: OwnMethod<undefined, SnapshotPart> = {
  path: '/etcdserverpb.Maintenance/Snapshot',
  encode: nothing,
  decode: (bytes) => {
    const fields = readFields(bytes)
    return {
      remainingBytes: fields.uint64(2),
      blob: fields.bytes(3),
      version: textOrNothing(cleanVersion(fields.text(4))),
    }
  },
}

function decodeHeader(fields: WireFields): EtcdHeader {
  return {
    clusterId: fields.uint64(1),
    memberId: fields.uint64(2),
    revision: fields.int64(3),
    raftTerm: fields.uint64(4),
  }
}

/** No leader, and alarms of each member. */
const errorsMax = 64
const versionLengthMax = 60

/** Those of etcd have 6 characters; a build of somebody's own may name more. */
export function cleanVersion(text: string): string {
  return cleanText(text, versionLengthMax)
}

function textOrNothing(text: string): string | undefined {
  return text === '' ? undefined : text
}
