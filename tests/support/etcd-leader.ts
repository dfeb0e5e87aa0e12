import { expect } from 'vitest'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import type { TimedStatus } from '#lib/etcd/members.ts'
import type { EtcdMember } from '#lib/etcd-server/cluster-member.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { accessTo } from './etcd-access.ts'

type Asked = Pick<RunningEtcd, 'members' | 'tls'>

const electionMaxMs = 30_000

/** How each member that answers within a second sees itself and the cluster. */
async function statusesOf(etcd: Asked): Promise<{ member: EtcdMember; status: TimedStatus }[]> {
  const client = openEtcd(accessTo(etcd))
  const scheme = etcd.tls ? 'https' : 'http'
  const answers = await Promise.all(
    etcd.members
      .filter(({ isRunning }) => isRunning)
      .map((member) =>
        client.status({ scheme, destination: member.endpoint }, { timeoutMs: 1000 }).then(
          (status) => [{ member, status }],
          () => [],
        ),
      ),
  )
  return answers.flat()
}

/** The member that all that answer follow; undefined while they follow nobody, or not the same. */
export async function leaderOf(etcd: Asked): Promise<EtcdMember | undefined> {
  const statuses = await statusesOf(etcd)
  const leaderIds = new Set(statuses.map(({ status }) => status.leaderId))
  if (leaderIds.size !== 1) return undefined
  return statuses.find(({ status }) => status.isLeader && status.leaderId !== 0n)?.member
}

/** Waits until all that answer follow one leader, who answers too. */
export async function ledBySomebody(etcd: Asked): Promise<EtcdMember | undefined> {
  await expect.poll(() => leaderOf(etcd), { timeout: electionMaxMs }).toBeDefined()
  return await leaderOf(etcd)
}

/** Waits until all that are asked answer and know of no leader. */
export async function ledByNobody(etcd: Asked): Promise<void> {
  const leaderIds = () => statusesOf(etcd).then((statuses) => statuses.map(({ status }) => status.leaderId))
  await expect.poll(leaderIds, { timeout: electionMaxMs }).toEqual(etcd.members.map(() => 0n))
}
