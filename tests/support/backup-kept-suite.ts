import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BackupDetailView } from '#lib/contracts/backup-catalogue.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { Secret } from '#lib/secret.ts'
import { changeBackupPlan } from '#lib/services/backup-plans/change-plan.ts'
import { deleteBackup } from '#lib/services/backups/change-backup.ts'
import { downloadBackup } from '#lib/services/backups/download-backup.ts'
import { getBackup } from '#lib/services/backups/list-backups.ts'
import { getDrill } from '#lib/services/drills/list-drills.ts'
import { startDrill } from '#lib/services/drills/start-drill.ts'
import { claimDueComparisons } from '#lib/services/storage-targets/claim-due-comparisons.ts'
import { listOrphans } from '#lib/services/storage-targets/list-orphans.ts'
import { updateTarget } from '#lib/services/storage-targets/update-target.ts'
import { closeTeam } from '#lib/services/team/close-team.ts'
import { purgeClosedTeams } from '#lib/services/team/purge-closed-teams.ts'
import type { Faulty, FaultyBackups } from '#tests/support/backup-faults.ts'
import { expectNothingLeft, expectVerified, fillEtcd, openFaultyBackups } from '#tests/support/backup-faults.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { accessTo } from '#tests/support/etcd-access.ts'

const planted = 'a-value-that-nobody-else-writes'

let site: FaultyBackups

async function plant(etcd: RunningEtcd, key = '/registry/secrets/default/one'): Promise<void> {
  await openEtcd(accessTo(etcd)).keys.transact({
    perform: [{ put: { key: Buffer.from(key), value: Buffer.from(planted) } }],
  })
}

async function fileOf({ watched: { team } }: Faulty, { id }: BackupDetailView): Promise<Buffer> {
  const { body } = await downloadBackup(team, { backupId: id })
  return Buffer.from(await new Response(body).arrayBuffer())
}

/** Everything the bucket holds for a team, what the server keeps beside objects included. */
async function bucketBytes({ watched: { team } }: Faulty): Promise<Buffer> {
  const folder = join(site.bucketFolder, 'tenant', team.tenantId)
  const all = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = all.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name)))
  return Buffer.concat(await Promise.all(files))
}

const fileAt = (key: string) => join(site.bucketFolder, `${key}._S3rver_object`)

/** What becomes of backups after they were taken, of one version of etcd. */
export function describeKeptBackups(version: '3.4' | '3.5'): void {
  beforeAll(async () => {
    site = await openFaultyBackups()
  })
  afterAll(() => site[Symbol.asyncDispose]())

  describe(`backups of etcd ${version}`, () => describeKept(version))
  describe(`a cluster of etcd ${version} that only a reader may see`, () => describeLocked(version))
}

function describeKept(version: '3.4' | '3.5'): void {
  let etcd: RunningEtcd

  beforeAll(async () => {
    etcd = await startEtcd({ version })
    await fillEtcd(etcd, { count: 50 })
    await plant(etcd)
  })
  afterAll(() => etcd[Symbol.asyncDispose]())

  it('in an encrypted target show nothing of what they hold, and are read back and proven', async () => {
    await using open = await site.add(etcd)
    await using sealed = await site.add(etcd, { isEncrypted: true })
    const backups: BackupDetailView[] = []
    for (const one of [open, sealed]) {
      const { team, clusterId } = one.watched
      await changeBackupPlan(team, { clusterId, compression: 'none' })
      const backup = await one.backUp()
      await expectVerified(one, backup, [])
      expect(await fileOf(one, backup)).toSatisfy((file: Buffer) => file.includes(planted))
      backups.push(backup)
    }
    expect((await bucketBytes(open)).includes(planted)).toBe(true)
    expect((await bucketBytes(sealed)).includes(planted)).toBe(false)
    const { team, clusterId } = sealed.watched
    const { id } = await startDrill(team, { clusterId })
    await expect.poll(async () => (await getDrill(team, { drillId: id })).state, { timeout: 45_000 }).toBe('proven')
  })

  it('in an encrypted target do not open with the key of another', async () => {
    await using sealed = await site.add(etcd, { isEncrypted: true })
    const { team, clusterId } = sealed.watched
    const one = await sealed.backUp()
    const two = await sealed.backUp()
    await site.sql('UPDATE backup SET "sealedKey" = (SELECT "sealedKey" FROM backup WHERE "id" = $2) WHERE "id" = $1', [
      one.id,
      two.id,
    ])
    await expect(downloadBackup(team, { backupId: one.id })).rejects.toMatchObject({ code: 'backup-key-wrong' })
    const { id } = await startDrill(team, { clusterId, backupId: one.id })
    const drill = async () => await getDrill(team, { drillId: id })
    await expect.poll(async () => (await drill()).state, { timeout: 20_000 }).toBe('not-proven')
    expect(await drill()).toMatchObject({ problem: 'backup-key-wrong', hasCertificate: false })
    expect((await fileOf(sealed, two)).includes(planted)).toBe(true)
  })

  it('stay readable when the secret of their target is another', async () => {
    const accessKeyId = `AKIA${version.replace('.', '')}`
    const { secrets } = site.proxy.rules
    secrets.set(accessKeyId, 'the-first-secret')
    await using cluster = await site.add(etcd)
    const { team } = cluster.watched
    const settings = { accessKeyId }
    await updateTarget(team, { targetId: cluster.target.id, settings, secretAccessKey: 'the-first-secret' })
    const backup = await cluster.backUp()
    const before = await cluster.objects()
    secrets.set(accessKeyId, 'the-second-secret')
    const failed = await cluster.backUp()
    expect(failed).toMatchObject({ state: 'failed', problem: 'storage-credentials' })
    await expect(downloadBackup(team, { backupId: backup.id })).rejects.toMatchObject({ code: 'storage-credentials' })
    await updateTarget(team, { targetId: cluster.target.id, secretAccessKey: 'the-second-secret' })
    await expectNothingLeft(site, cluster, { id: failed.id, before })
    expect((await fileOf(cluster, backup)).includes(planted)).toBe(true)
    await expectVerified(cluster, await cluster.backUp(), before)
  })

  it('whose object is gone are missing until it is back, and what nobody knows is shown and left alone', async () => {
    await using cluster = await site.add(etcd)
    const { team, clusterId } = cluster.watched
    const { id, objectKey } = await cluster.backUp()
    await site.sql(`UPDATE backup SET "endedAt" = "endedAt" - interval '2 minutes' WHERE "id" = $1`, [id])
    const foreign = `tenant/${team.tenantId}/somebody-elses.txt`
    await writeFile(fileAt(foreign), 'not ours')
    await writeFile(`${fileAt(foreign).replace('_object', '_metadata.json')}`, '{}')
    const compare = async () => {
      const [row] = await site.sql(
        'UPDATE storage_target SET "nextCompareAt" = now() WHERE "id" = $1 RETURNING now() AS at',
        [cluster.target.id],
      )
      await claimDueComparisons()
      await expect
        .poll(
          async () => {
            const [target] = await site.sql(
              'SELECT "reconciledAt" > $2 AS "isNew" FROM storage_target WHERE "id" = $1',
              [cluster.target.id, row?.at],
            )
            return target?.isNew
          },
          { timeout: 15_000 },
        )
        .toBe(true)
    }
    await compare()
    expect(await getBackup(team, { backupId: id })).toMatchObject({ state: 'verified' })
    await rename(fileAt(objectKey), `${fileAt(objectKey)}-aside`)
    await compare()
    expect(await getBackup(team, { backupId: id })).toMatchObject({
      state: 'missing',
      missingSince: expect.any(String),
    })
    await expect(downloadBackup(team, { backupId: id })).rejects.toMatchObject({ code: 'backup-not-usable' })
    await expect(startDrill(team, { clusterId })).rejects.toMatchObject({ code: 'no-verified-backup' })
    await rename(`${fileAt(objectKey)}-aside`, fileAt(objectKey))
    await compare()
    expect(await getBackup(team, { backupId: id })).toMatchObject({ state: 'verified', missingSince: null })
    const strays = await listOrphans(team, { targetId: cluster.target.id, limit: 20 })
    expect(strays).toEqual({
      items: [{ key: foreign, sizeBytes: 'not ours'.length, seenAt: expect.any(String) }],
      nextCursor: null,
    })
    expect(await cluster.objects()).toContain(foreign)

    const folder = dirname(dirname(dirname(fileAt(objectKey))))
    const aside = join(dirname(dirname(folder)), 'aside')
    await rename(folder, aside)
    await compare()
    expect(await getBackup(team, { backupId: id })).toMatchObject({ state: 'missing' })
    await rename(aside, folder)
    await compare()
    expect(await getBackup(team, { backupId: id })).toMatchObject({ state: 'verified', missingSince: null })
  })

  it('go in two steps, the last verified one never, and of the last two never both at once', async () => {
    await using cluster = await site.add(etcd)
    const { team } = cluster.watched
    const two = [await cluster.backUp(), await cluster.backUp()]
    const confirmName = two[0]?.clusterName ?? ''
    await expect(deleteBackup(team, { backupId: two[0]?.id ?? '', confirmName: 'another' })).rejects.toMatchObject({
      code: 'confirmation-mismatch',
    })
    const deletions = await Promise.allSettled(two.map(({ id }) => deleteBackup(team, { backupId: id, confirmName })))
    const done = deletions.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const refused = deletions.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(refused).toEqual([expect.objectContaining({ code: 'last-verified-backup' })])
    expect(done).toEqual([expect.objectContaining({ deletingAt: expect.any(String) })])
    const [left] = two.filter(({ id }) => id !== done[0]?.id)
    const [going] = two.filter(({ id }) => id === done[0]?.id)
    expect(await cluster.objects()).toContain(going?.objectKey)
    await expect(downloadBackup(team, { backupId: going?.id ?? '' })).rejects.toMatchObject({
      code: 'backup-not-usable',
    })
    await expect.poll(() => cluster.objects(), { timeout: 15_000 }).toHaveLength(2)
    expect(await cluster.objects()).toContain(left?.objectKey)
    const gone = () => getBackup(team, { backupId: going?.id ?? '' }).catch((error: unknown) => error)
    await expect.poll(gone, { timeout: 5000 }).toMatchObject({ code: 'not-found' })
    await expect(deleteBackup(team, { backupId: left?.id ?? '', confirmName })).rejects.toMatchObject({
      code: 'last-verified-backup',
    })
  })

  it('of `foo` go without touching those of `foo-2`, whatever digits their revisions gain', async () => {
    await using fresh = await startEtcd({ version })
    await using foo = await site.add(fresh, { name: 'foo' })
    await using foo2 = await site.add(etcd, { name: 'foo-2', team: foo.watched.team, target: foo.target })
    const { team, clusterId } = foo.watched
    const beside = await foo2.backUp()
    await changeBackupPlan(team, { clusterId, retention: { policy: { kind: 'last', count: 2 }, timeZone: 'UTC' } })
    const taken: BackupDetailView[] = []
    for (let revision = 8; revision <= 11; revision += 1) {
      await plant(fresh, `/foo/${revision}`)
      if (revision === 8) for (let n = 3; n <= 8; n += 1) await plant(fresh, `/foo/more/${n}`)
      taken.push(await foo.backUp())
    }
    expect(taken.map(({ revision }) => revision)).toEqual(['8', '9', '10', '11'])
    expect(taken.map(({ objectKey }) => objectKey).toSorted()).toEqual(taken.map(({ objectKey }) => objectKey))
    const kept = [...taken.slice(2), beside].map(({ objectKey }) => objectKey)
    const objects = async () => (await foo.objects()).filter((key) => key.includes('.db')).toSorted()
    await expect.poll(objects, { timeout: 20_000 }).toEqual(kept.toSorted())
    expect((await fileOf(foo2, beside)).includes(planted)).toBe(true)
  })

  it('of a team that is erased leave no row, and their objects stay where they are', async () => {
    await using cluster = await site.add(etcd)
    const { team } = cluster.watched
    await expectVerified(cluster, await cluster.backUp(), [])
    const objects = await cluster.objects()
    await closeTeam(team, { confirmName: 'Platform' })
    await site.sql(`UPDATE tenant SET "deleteAfter" = now() - interval '1 second' WHERE "id" = $1`, [team.tenantId])
    await purgeClosedTeams(new AbortController().signal)
    for (const table of ['tenant', 'backup', 'drill', 'backup_plan', 'storage_target', 'storage_orphan']) {
      const column = table === 'tenant' ? 'id' : 'tenantId'
      expect(await site.sql(`SELECT 1 FROM ${table} WHERE "${column}" = $1`, [team.tenantId])).toEqual([])
    }
    expect(await cluster.objects()).toEqual(objects)
  })
}

function describeLocked(version: '3.4' | '3.5'): void {
  it('is not backed up, and says that it needs root', async () => {
    const reader = { username: 'reader', password: 'of-the-reader' }
    await using locked = await startEtcd({
      version,
      users: [
        { name: 'root', password: new Secret('of-root') },
        { name: 'reader', password: new Secret(reader.password), grants: [{ access: 'read', prefix: '' }] },
      ],
    })
    await using cluster = await site.add(locked, { reader })
    const failed = await cluster.backUp()
    expect(failed).toMatchObject({ state: 'failed', problem: 'etcd-needs-root' })
    await expectNothingLeft(site, cluster, { id: failed.id, before: [] })
  })
}
