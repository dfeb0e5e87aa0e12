import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { EtcdOptions } from '#lib/etcd-server/etcd-options.ts'
import { runEtcd } from '#lib/etcd-server/run-cluster.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { Secret } from '#lib/secret.ts'
import { makeStateDir } from '#scripts/paths.ts'
import { writeFileAtomically } from '#scripts/write-file-atomically.ts'
import { apisixData } from './apisix-data.ts'
import type { DemoEntry } from './demo-entry.ts'
import { exhaustSpace, fill } from './fill.ts'
import { kubernetesData } from './kubernetes-data.ts'

const passwordsShape = z.object({ root: z.string(), reader: z.string() })
type Passwords = z.infer<typeof passwordsShape>

interface DemoCluster {
  name: string
  description: string
  labels: Record<string, string>
  etcd: Pick<EtcdOptions, 'version' | 'members' | 'tls' | 'quotaBytes'>
  hasPasswords?: true
  data: () => Iterable<DemoEntry>
  /** Written until it takes nothing more. */
  isFull?: true
  /** Of its members one is stopped at every start. */
  isOneDown?: true
}

const mebibyte = 1024 * 1024

const demoClusters: readonly DemoCluster[] = [
  {
    name: 'kubernetes',
    description: 'Three members of etcd 3.5 with TLS and passwords, as behind a Kubernetes',
    labels: { env: 'demo', serves: 'kubernetes' },
    etcd: { version: '3.5', members: 3, tls: 'server' },
    hasPasswords: true,
    data: kubernetesData,
  },
  {
    name: 'apisix-edge',
    description: 'One member of etcd 3.4 behind an APISIX, which has run out of space and takes no more writes',
    labels: { env: 'demo', serves: 'apisix' },
    etcd: { version: '3.4', members: 1, quotaBytes: 16 * mebibyte },
    data: apisixData,
    isFull: true,
  },
  {
    name: 'orders',
    description: 'Three members of etcd 3.5, one of which is down',
    labels: { env: 'demo', serves: 'orders' },
    etcd: { version: '3.5', members: 3 },
    data: apisixData,
    isOneDown: true,
  },
]

/** A demo cluster that runs, and how the product is to reach it. */
export interface RunningDemoCluster extends Pick<DemoCluster, 'name' | 'description' | 'labels'> {
  etcd: RunningEtcd
  endpoints: string[]
  passwords: Passwords | undefined
}

export function demoDir(): string {
  return makeStateDir('demo')
}

/** Brings all demo clusters up, each with its data of the last start or filled anew. Throws what the first of them met. */
export async function startDemoClusters(): Promise<RunningDemoCluster[]> {
  const passwords = loadPasswords(join(demoDir(), 'passwords.json'))
  const started = await Promise.allSettled(demoClusters.map((cluster) => startCluster(cluster, passwords)))
  const running = started.filter((start) => start.status === 'fulfilled').map(({ value }) => value)
  const failure = started.find((start) => start.status === 'rejected')
  if (!failure) return running
  await stopDemoClusters(running)
  throw failure.reason
}

export async function stopDemoClusters(clusters: readonly RunningDemoCluster[]): Promise<void> {
  await Promise.all(clusters.map(({ etcd }) => etcd.stop()))
}

async function startCluster(cluster: DemoCluster, passwords: Passwords): Promise<RunningDemoCluster> {
  const { name, description, labels, hasPasswords } = cluster
  const users = hasPasswords ? usersOf(passwords) : []
  const etcd = await startOrMake({
    ...cluster.etcd,
    dataDir: join(demoDir(), name),
    users,
    keepsData: true,
    // Nobody grieves for it, and it is there sooner.
    isThrowaway: true,
    endsWithParent: true,
  })
  try {
    await fillOnce(cluster, etcd, hasPasswords && passwords.root)
    if (cluster.isOneDown) await etcd.members.at(-1)?.stop()
  } catch (error) {
    await etcd.stop()
    throw error
  }
  const endpoints = etcd.members.map(({ clientUrl }) => clientUrl)
  return { name, description, labels, etcd, endpoints, passwords: hasPasswords && passwords }
}

/** Data that does not come up again, as after the machine lost its power, is made anew: it is only a demo. */
async function startOrMake(options: EtcdOptions): Promise<RunningEtcd> {
  const isNew = !existsSync(options.dataDir)
  try {
    return await runEtcd(options)
  } catch (error) {
    if (isNew) throw error
    rmSync(options.dataDir, { recursive: true, force: true })
    return await runEtcd(options)
  }
}

async function fillOnce(cluster: DemoCluster, etcd: RunningEtcd, rootPassword: string | undefined): Promise<void> {
  const marker = join(etcd.dataDir, 'filled')
  if (existsSync(marker)) return
  await fill(etcd, cluster.data(), rootPassword)
  if (cluster.isFull) await exhaustSpace(etcd)
  writeFileSync(marker, '')
}

function usersOf({ root, reader }: Passwords): NonNullable<EtcdOptions['users']> {
  return [
    { name: 'root', password: new Secret(root) },
    { name: 'reader', password: new Secret(reader), grants: [{ access: 'read', prefix: '' }] },
  ]
}

function loadPasswords(file: string): Passwords {
  try {
    return passwordsShape.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // Clusters that know other passwords are of no use any more.
    for (const { name } of demoClusters) rmSync(join(demoDir(), name), { recursive: true, force: true })
    const passwords = { root: randomBytes(12).toString('hex'), reader: randomBytes(12).toString('hex') }
    writeFileAtomically(file, `${JSON.stringify(passwords, null, 2)}\n`)
    return passwords
  }
}
