import type { EtcdEndpoint } from '#lib/etcd/connection.ts'
import type { MemberFacts } from '../facts.ts'
import { seenValue } from '../facts.ts'

/** Of a member that has no elections and writes to see to, else of any; undefined where none was reached. */
export function quietEndpoint(
  members: readonly MemberFacts[],
  endpoints: ReadonlyMap<bigint, EtcdEndpoint>,
): EtcdEndpoint | undefined {
  const follower = members.find(({ id, status }) => endpoints.has(id) && seenValue(status)?.isLeader === false)
  return follower ? endpoints.get(follower.id) : [...endpoints.values()][0]
}
