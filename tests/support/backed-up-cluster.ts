import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { etcdctl } from '#lib/etcd-server/etcdctl.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { grantAddresses } from './address-grants.ts'
import type { Owner } from './journey.ts'

const made = z.object({ data: z.object({ id: z.string() }) })
const drill = z.object({ data: z.object({ state: z.string() }) })
const plan = z.object({ data: z.object({ state: z.string() }) })

const patienceMs = 60_000
const lookAgainMs = 250

/** Puts so many keys of a Kubernetes into an etcd. */
export async function putPods(etcd: RunningEtcd, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await etcdctl(etcd, ['put', `/registry/pods/default/p${n}`, `value ${n}`])
}

/** Brings a running etcd into the owner's team; gives the id of the cluster. */
export async function bringIn({ session, teamId }: Owner, name: string, etcd: RunningEtcd): Promise<string> {
  const endpoints = etcd.members.map(({ clientUrl }) => clientUrl)
  await grantAddresses(teamId, endpoints)
  return idOf(await session.api('POST', '/clusters', { name, endpoints }))
}

/** Gives the owner's team a place for its backups, after which each of its clusters is backed up by itself. */
export async function addDirectory({ session }: Owner): Promise<string> {
  return idOf(await session.api('POST', '/storage-targets', { kind: 'directory', name: 'archive' }))
}

/** Proves the cluster's first backup once it is verified; gives the id of the drill. */
export async function prove({ session }: Owner, clusterId: string): Promise<string> {
  await untilState('protected', async () => {
    const { body } = await session.api('GET', `/clusters/${clusterId}/backup-plan`)
    return plan.parse(body).data.state
  })
  const drillId = idOf(await session.api('POST', `/clusters/${clusterId}/drills`, {}))
  await untilState('proven', async () => {
    const { body } = await session.api('GET', `/drills/${drillId}`)
    return drill.parse(body).data.state
  })
  return drillId
}

function idOf({ status, body }: { status: number; body: unknown }): string {
  if (status >= 300) throw new Error(`the product answered ${status} ${JSON.stringify(body)}`)
  return made.parse(body).data.id
}

async function untilState(wanted: string, read: () => Promise<string>): Promise<void> {
  const deadline = Date.now() + patienceMs
  for (let state = await read(); state !== wanted; state = await read()) {
    if (Date.now() > deadline) throw new Error(`it is ${state} and not ${wanted} after ${patienceMs} ms`)
    await delay(lookAgainMs)
  }
}
