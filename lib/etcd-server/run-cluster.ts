import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AppError } from '#lib/errors.ts'
import { claimDirectory } from './claim-directory.ts'
import type { ClusterSite } from './cluster.ts'
import { Cluster, stopGraceMs } from './cluster.ts'
import { isPortTaken } from './cluster-member.ts'
import type { ClusterRecord } from './cluster-record.ts'
import { findClusterRecord } from './cluster-record.ts'
import { ensureClusterTls } from './cluster-tls.ts'
import type { EtcdOptions } from './etcd-options.ts'
import { findEtcdBinaries, isOfVersion } from './find-binaries.ts'
import { endRecorded } from './forgotten-clusters.ts'
import { getFreePorts } from './free-ports.ts'
import { reachableAddress } from './member-arguments.ts'
import type { RunningEtcd } from './running-etcd.ts'
import { checkUsers, setUpUsers } from './set-up-users.ts'

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
  checkUsers(options.users ?? [])
  const binaries = await findEtcdBinaries(options.version)
  const dataDir = resolve(options.dataDir)
  const wasEmpty = isEmpty(dataDir)
  const release = claimDirectory(dataDir)
  const place: Place = { options, binaries, dataDir, release }
  const known = findClusterRecord(dataDir)
  try {
    if (known?.state === 'ready') return await continueCluster(place, known)
    if (known) await clearAway(dataDir, known)
    return await beginCluster(place, known?.removesData ?? wasEmpty)
  } catch (error) {
    release()
    throw error
  }
}

type Place = Omit<ClusterSite, 'tls'>

/** A new cluster. Two servers may be after the same port: then this one asks for others. */
async function beginCluster(place: Place, mayRemoveData: boolean): Promise<RunningEtcd> {
  const { options, dataDir } = place
  for (let attempt = 1; ; attempt += 1) {
    const record = await drawUp(place, mayRemoveData && !options.keepsData)
    const cluster = await clusterOf(place, record)
    try {
      await cluster.start(() => setUpUsers(cluster, options.users ?? []))
      return cluster
    } catch (error) {
      await cluster.endMembers(0)
      await clearAway(dataDir, record)
      if (isPortTaken(error) && attempt < portAttemptsMax) continue
      if (record.removesData) await rm(dataDir, { recursive: true, force: true })
      throw error
    }
  }
}

async function clusterOf(place: Place, record: ClusterRecord): Promise<Cluster> {
  const hosts = [...new Set([reachableAddress(record.listenHost), '127.0.0.1', '::1', 'localhost'])]
  const { dataDir, options } = place
  const tls = record.tls === 'none' ? undefined : await ensureClusterTls(dataDir, hosts, options.certificates)
  return new Cluster({ ...place, tls }, record)
}

/** Names, ports and token of a cluster that does not exist yet. */
async function drawUp({ options, binaries }: Place, removesData: boolean): Promise<ClusterRecord> {
  const { members: count = 1, listenHost = '127.0.0.1', tls = false } = options
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
    tls: tls || 'none',
    state: 'starting',
    removesData,
    members,
  }
}

/** The cluster that stands in the folder, as its last owner left it: running, in part, or not at all. */
async function continueCluster(place: Place, known: ClusterRecord): Promise<RunningEtcd> {
  const { options, binaries } = place
  checkSameKind(place, known)
  const removesData = options.keepsData === undefined ? known.removesData : !options.keepsData
  const cluster = await clusterOf(place, { ...known, version: binaries.version, removesData })
  try {
    await cluster.start()
    return cluster
  } catch (error) {
    await cluster.endMembers(stopGraceMs)
    throw error
  }
}

function checkSameKind({ options, binaries, dataDir }: Place, known: ClusterRecord): void {
  const minor = binaries.version.split('.').slice(0, 2).join('.')
  const { members = known.members.length, tls } = options
  const isSameTls = tls === undefined || (tls || 'none') === known.tls
  if (isOfVersion(known.version, minor) && members === known.members.length && isSameTls) return
  const there = `etcd ${known.version}, members ${known.members.length}, TLS ${known.tls}`
  const asked = `etcd ${binaries.version}, members ${members}, TLS ${tls || 'none'}`
  throw new AppError('conflict', `${dataDir} holds ${there}; asked for was ${asked}`)
}

/** Ends what still runs of a cluster that never came up, and removes what it has written. */
async function clearAway(dataDir: string, record: ClusterRecord): Promise<void> {
  await endRecorded(dataDir, record)
  await Promise.all(record.members.map(({ name }) => rm(join(dataDir, name), { recursive: true, force: true })))
}

function isEmpty(folder: string): boolean {
  return !existsSync(folder) || readdirSync(folder).length === 0
}
