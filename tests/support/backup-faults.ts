import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { BackupDetailView } from '#lib/contracts/backup-catalogue.ts'
import type { TargetView } from '#lib/contracts/storage-targets.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { changeBackupPlan } from '#lib/services/backup-plans/change-plan.ts'
import { downloadBackup } from '#lib/services/backups/download-backup.ts'
import { startBackup } from '#lib/services/backups/start-backup.ts'
import { startDrill } from '#lib/services/drills/start-drill.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { BackupFleet } from './backup-fleet.ts'
import { openBackupFleet } from './backup-fleet.ts'
import type { SnapshotHarm, SnapshotRelay } from './backup-snapshot-relay.ts'
import { startSnapshotRelay } from './backup-snapshot-relay.ts'
import { createTeamWithReach, grantPorts } from './cluster-imports.ts'
import { accessTo } from './etcd-access.ts'
import type { S3FaultProxy } from './s3-fault-proxy.ts'
import { startS3FaultProxy } from './s3-fault-proxy.ts'
import { startS3Server } from './s3-server.ts'
import type { Watched } from './watched-fleet.ts'
import { asSuperuser } from './work-team.ts'

/** A cluster whose backups go into a bucket, with something in each way that can do harm. */
export interface Faulty extends AsyncDisposable {
  readonly watched: Watched
  readonly target: TargetView
  /** To each member, in their order. */
  readonly relays: readonly SnapshotRelay[]
  /** Objects of this team, by key, without what the server keeps beside them. */
  objects(): Promise<string[]>
  /** Keys of uploads that nobody has ended. */
  uploads(): Promise<string[]>
  startBackup(): Promise<string>
  backUp(): Promise<BackupDetailView>
}

interface AddedCluster {
  isEncrypted?: boolean
  team?: TenantContext
  /** One the team has already. */
  target?: TargetView
  name?: string
  reader?: { username: string; password: string }
}

export interface FaultyBackups extends AsyncDisposable {
  readonly backups: BackupFleet
  readonly proxy: S3FaultProxy
  readonly bucketFolder: string
  /** Watched through relays, scheduled for never, with every backup kept. */
  add(etcd: RunningEtcd, how?: AddedCluster): Promise<Faulty>
  /** Files in the spools of all workers. */
  spooled(): string[]
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>
  /** Waits until a backup has ended, with no pause between its attempts. */
  hurried(team: TenantContext, backupId: string): Promise<BackupDetailView>
}

const bucket = 'backups'
const secretAccessKey = 'secret-of-the-test'

export async function openFaultyBackups(more: Record<string, string> = {}): Promise<FaultyBackups> {
  const server = await startS3Server(bucket)
  const proxy = await startS3FaultProxy(server)
  const backups = await openBackupFleet(more)
  const bucketFolder = join(server.folder, bucket)
  const sql = async (text: string, values: unknown[] = []) =>
    (await asSuperuser(backups.fleet.place.database, text, values)).rows
  const hurried = async (team: TenantContext, backupId: string) => {
    const end = new AbortController()
    try {
      void skipPauses(sql, end.signal)
      return await backups.ended(team, backupId)
    } finally {
      end.abort()
    }
  }
  return {
    ...{ backups, proxy, bucketFolder, sql, hurried },
    add: (etcd, how = {}) => addCluster({ backups, proxy, bucketFolder, hurried }, etcd, how),
    spooled: () => filesIn(backups.spool),
    async [Symbol.asyncDispose]() {
      await backups[Symbol.asyncDispose]()
      await proxy[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** Lets the pauses before next attempts be over. */
async function skipPauses(sql: FaultyBackups['sql'], until: AbortSignal): Promise<void> {
  while (!until.aborted) {
    await sql('UPDATE outbox SET "dueAt" = now() WHERE "dueAt" > now()').catch(() => undefined)
    await sleep(300, undefined, { signal: until }).catch(() => undefined)
  }
}

/** Snapshots in a spool, without the marks of whose folder it is. */
function filesIn(spool: string): string[] {
  if (!existsSync(spool)) return []
  const all = readdirSync(spool, { recursive: true, withFileTypes: true })
  return all.filter((entry) => entry.isFile() && entry.name.endsWith('.db')).map(({ name }) => name)
}

type Site = Pick<FaultyBackups, 'backups' | 'proxy' | 'bucketFolder' | 'hurried'>

async function addCluster(site: Site, etcd: RunningEtcd, how: AddedCluster): Promise<Faulty> {
  const { backups, proxy, bucketFolder } = site
  const places = etcd.members.map(({ clientUrl }) => new URL(clientUrl))
  const relays = await Promise.all(places.map(({ port }) => startSnapshotRelay(Number(port))))
  const ports = [proxy.port, ...relays.map(({ port }) => port)]
  const team = how.team ?? (await createTeamWithReach(ports))
  if (how.team) await grantPorts(team.tenantId, ports.slice(1))
  const hosts = relays.map(({ port }) => `127.0.0.1:${port}`)
  const access = {
    endpoints: hosts.map((host) => `http://${host}`),
    addressMap: Object.fromEntries(places.map(({ host }, index) => [host, hosts[index]])),
    ...(how.name ? { name: how.name } : {}),
    ...(how.reader ? { reader: how.reader } : {}),
  }
  const watched = await backups.fleet.watch(etcd, access, team)
  const retention = { policy: { kind: 'last', count: 1000 }, timeZone: 'UTC' } as const
  await changeBackupPlan(team, { clusterId: watched.clusterId, isOn: false, retention })
  const target =
    how.target ??
    (await backups.addTarget(team, {
      ...{ kind: 's3', name: `bucket of ${watched.clusterId}`, isEncrypted: how.isEncrypted ?? false, secretAccessKey },
      settings: { endpoint: `http://127.0.0.1:${proxy.port}`, bucket, pathStyle: true, accessKeyId: 'AKIATEST' },
    }))
  const ofTeam = `tenant/${team.tenantId}/`
  const begin = async () => (await startBackup(team, { clusterId: watched.clusterId, targetId: target.id })).id
  return {
    ...{ watched, target, relays, startBackup: begin },
    backUp: async () => await site.hurried(team, await begin()),
    objects: async () => {
      const names = await readdir(join(bucketFolder, ofTeam), { recursive: true }).catch(() => [])
      return names
        .filter((name) => name.endsWith('._S3rver_object'))
        .map((name) => `${ofTeam}${name.replace(/\._S3rver_object$/, '')}`)
        .toSorted()
    },
    uploads: async () => {
      const ids = await proxy.rules.uploads(bucket)
      const keys = await Promise.all(ids.map((id) => keyOfUpload(bucketFolder, id)))
      return keys.filter((key) => key.startsWith(ofTeam))
    },
    async [Symbol.asyncDispose]() {
      for (const relay of relays) await relay[Symbol.asyncDispose]()
    },
  }
}

async function keyOfUpload(bucketFolder: string, id: string): Promise<string> {
  return await readFile(join(bucketFolder, '._S3rver_uploads', id, 'key'), 'utf8').catch(() => '')
}

/** A fault is over: what it left in bucket and spool is gone, and the row it left is offered to nobody. */
export async function expectNothingLeft(
  site: FaultyBackups,
  faulty: Faulty,
  { id, before }: { id: string; before: readonly string[] },
): Promise<void> {
  const { team, clusterId } = faulty.watched
  await expect(downloadBackup(team, { backupId: id })).rejects.toMatchObject({ code: 'backup-not-usable' })
  await expect(startDrill(team, { clusterId, backupId: id })).rejects.toMatchObject({ code: 'backup-not-usable' })
  await expect.poll(() => faulty.objects(), { timeout: 20_000 }).toEqual(before)
  await expect.poll(() => faulty.uploads(), { timeout: 20_000 }).toEqual([])
  await expect.poll(() => site.spooled(), { timeout: 5000 }).toEqual([])
}

/** One object and its manifest beside what was there, which can be read whole. */
export async function expectVerified(
  faulty: Faulty,
  backup: BackupDetailView,
  before: readonly string[],
): Promise<void> {
  expect(backup).toMatchObject({ state: 'verified', problem: null })
  const added = (await faulty.objects()).filter((key) => !before.includes(key))
  const manifest = backup.objectKey.replace(/\.db.*$/, '.json')
  expect(added).toEqual([backup.objectKey, manifest].toSorted())
  expect(await faulty.uploads()).toEqual([])
  const { body } = await downloadBackup(faulty.watched.team, { backupId: backup.id })
  const bytes = Buffer.from(await new Response(body).arrayBuffer())
  expect(bytes.length).toBe(backup.sizeBytes)
}

/** Keys below a folder, each with so many bytes. */
export async function fillEtcd(
  etcd: RunningEtcd,
  {
    count,
    valueBytes = 32,
    folder = '/registry/pods/default/',
  }: { count: number; valueBytes?: number; folder?: string },
): Promise<void> {
  const client = openEtcd(accessTo(etcd))
  // At most 128 operations and 1.5 MiB at an etcd as it comes.
  const perPage = Math.min(100, Math.floor(2 ** 20 / valueBytes))
  for (let page = 0; page * perPage < count; page += 1) {
    const size = Math.min(perPage, count - page * perPage)
    const perform = Array.from({ length: size }, (_, n) => ({
      put: { key: Buffer.from(`${folder}${page}-${n}`), value: randomBytes(valueBytes) },
    }))
    await client.keys.transact({ perform })
  }
}

interface Trial {
  harm(): unknown
  /** What the failed row says. */
  expected: object
  mend(): unknown
}

/** A backup that fails so, leaves nothing, and keeps no next one from being verified. */
export async function expectFailure(site: FaultyBackups, faulty: Faulty, trial: Trial): Promise<void> {
  const before = await faulty.objects()
  await trial.harm()
  const failed = await faulty.backUp()
  expect(failed).toMatchObject({ state: 'failed', ...trial.expected })
  await trial.mend()
  await expectNothingLeft(site, faulty, { id: failed.id, before })
  await expectVerified(faulty, await faulty.backUp(), before)
}

/** The same for a snapshot that is harmed on its way from the first member. */
export async function expectCaught(
  site: FaultyBackups,
  faulty: Faulty,
  { harm, cause }: { harm: SnapshotHarm; cause: string | RegExp },
): Promise<void> {
  const [relay] = faulty.relays
  const harmedBefore = relay?.harmed ?? 0
  await expectFailure(site, faulty, {
    harm: () => relay?.setHarm(harm),
    expected: { problem: 'snapshot-damaged', problemDetails: { cause: expect.stringMatching(cause) } },
    mend: () => relay?.setHarm(undefined),
  })
  expect(relay?.harmed).toBe(harmedBefore + 1)
}
