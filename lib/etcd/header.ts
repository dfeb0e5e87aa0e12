import type { IResponseHeader } from 'etcd3'
import { AppError } from '#lib/errors.ts'

/** What etcd says with every answer: who answered, and how far it had come. */
export interface EtcdHeader {
  readonly clusterId: bigint
  readonly memberId: bigint
  readonly revision: bigint
  readonly raftTerm: bigint
}

/** @throws AppError `etcd-not-etcd` where there is none: a gRPC proxy in front of an etcd leaves it out */
export function toHeader(header: IResponseHeader | null): EtcdHeader {
  if (!header) throw new AppError('etcd-not-etcd', 'An answer without a header: a proxy stands in front of the etcd')
  const { cluster_id, member_id, revision, raft_term } = header
  return {
    clusterId: BigInt(cluster_id),
    memberId: BigInt(member_id),
    revision: BigInt(revision),
    raftTerm: BigInt(raft_term),
  }
}
