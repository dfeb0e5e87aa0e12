import type { IResponseHeader } from 'etcd3'

/** What etcd says with every answer: who answered, and how far it had come. */
export interface EtcdHeader {
  readonly clusterId: bigint
  readonly memberId: bigint
  readonly revision: bigint
  readonly raftTerm: bigint
}

export function toHeader({ cluster_id, member_id, revision, raft_term }: IResponseHeader): EtcdHeader {
  return {
    clusterId: BigInt(cluster_id),
    memberId: BigInt(member_id),
    revision: BigInt(revision),
    raftTerm: BigInt(raft_term),
  }
}
