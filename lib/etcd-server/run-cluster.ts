import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AppError } from '#lib/errors.ts'
import { commandLineOf } from '#lib/process-mark.ts'
import { claimDirectory } from './claim-directory.ts'
import type { ClusterSite, RunningEtcd } from './cluster.ts'
import { Cluster } from './cluster.ts'
import { isPortTaken } from './cluster-member.ts'
import type { ClusterRecord, MemberRecord } from './cluster-record.ts'
import { findClusterRecord } from './cluster-record.ts'
import type { EtcdOptions } from './etcd-options.ts'
import { findEtcdBinaries, isOfVersion } from './find-binaries.ts'
import { getFreePorts } from './free-ports.ts'
import { endProcess } from './member-process.ts'

const portAttemptsMax = 5
const membersMax = 7

/**
 * Runs an etcd cluster of our own and resolves when every member serves. Members live on when this process is killed; the
 * next call with the same folder adopts those that live and run as asked, starts the others on their data, and clears away
 * what never came up. A pid that meanwhile belongs to somebody else is never touched.
 *
 * @throws AppError `etcd-binary-missing`; `etcd-start-failed` with the end of the log; `conflict` when a living process
 *   runs etcd in that folder, or it holds another kind of cluster
 */
export async function runEtcd(options: EtcdOptions): Promise<RunningEtcd> {
  const binaries = await findEtcdBinaries(options.version)
  const dataDir = resolve(options.dataDir)
  const wasEmpty = isEmpty(dataDir)
  const release = claimDirectory(dataDir)
  const site: ClusterSite = { options, binaries, dataDir, release }
  const known = findClusterRecord(dataDir)
  try {
    if (known?.state === 'ready') return await continueCluster(site, known)
    if (known) await endMembers(site, known)
    return await beginCluster(site, known?.removesData ?? wasEmpty)
  } catch (error) {
    release()
    throw error
  }
}

/** A new cluster. Two servers may be after the same port: then this one asks for others. */
async function beginCluster(site: ClusterSite, mayRemoveData: boolean): Promise<RunningEtcd> {
  for (let attempt = 1; ; attempt += 1) {
    const record = await drawUp(site, mayRemoveData && !site.options.keepsData)
    const cluster = new Cluster(site, record)
    try {
      await cluster.start()
      return cluster
    } catch (error) {
      await endMembers(site, record)
      if (isPortTaken(error) && attempt < portAttemptsMax) continue
      if (record.removesData) await rm(site.dataDir, { recursive: true, force: true })
      throw error
    }
  }
}

/** Names, ports and token of a cluster that does not exist yet. */
async function drawUp({ options, binaries }: ClusterSite, removesData: boolean): Promise<ClusterRecord> {
  const { members: count = 1, listenHost = '127.0.0.1' } = options
  if (!Number.isInteger(count) || count < 1 || count > membersMax) throw new RangeError(`${count} members`)
  const ports = await getFreePorts(listenHost, 2 * count)
  const members = Array.from({ length: count }, (_, index) => ({
    name: `etcd-${index + 1}`,
    clientPort: ports[2 * index] ?? 0,
    peerPort: ports[2 * index + 1] ?? 0,
  }))
  return {
    version: binaries.version,
    listenHost,
    token: randomUUID(),
    tls: 'none',
    state: 'starting',
    removesData,
    members,
  }
}

/** The cluster that stands in the folder, as its last owner left it: running, in part, or not at all. */
async function continueCluster(site: ClusterSite, known: ClusterRecord): Promise<RunningEtcd> {
  const { options, binaries, dataDir } = site
  const { members: count = known.members.length, keepsData } = options
  const minor = binaries.version.split('.').slice(0, 2).join('.')
  if (!isOfVersion(known.version, minor) || count !== known.members.length) {
    const there = `etcd ${known.version} with ${known.members.length} members`
    throw new AppError('conflict', `${dataDir} holds ${there}, not ${binaries.version} with ${count}`)
  }
  const removesData = keepsData === undefined ? known.removesData : !keepsData
  const cluster = new Cluster(site, { ...known, version: binaries.version, removesData })
  await cluster.start()
  return cluster
}

/** Ends what still runs of a cluster that never came up, and removes what it has written. */
async function endMembers({ dataDir }: ClusterSite, record: ClusterRecord): Promise<void> {
  const end = async (member: MemberRecord) => {
    const folder = join(dataDir, member.name)
    if (member.process && commandLineOf(member.process.pid).includes(folder)) await endProcess(member.process, 0)
    await rm(folder, { recursive: true, force: true })
  }
  await Promise.all(record.members.map(end))
}

function isEmpty(folder: string): boolean {
  return !existsSync(folder) || readdirSync(folder).length === 0
}
