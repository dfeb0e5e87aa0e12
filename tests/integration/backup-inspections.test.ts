import { randomBytes } from 'node:crypto'
import { readdir, rename, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { InspectionId } from '#lib/contracts/inspections.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { changeBackupPlan } from '#lib/services/backup-plans/change-plan.ts'
import { getDrill } from '#lib/services/drills/list-drills.ts'
import { startDrill } from '#lib/services/drills/start-drill.ts'
import { changeClusterSettings } from '#lib/services/inspections/change-cluster-settings.ts'
import type { BackupFleet } from '#tests/support/backup-fleet.ts'
import { openBackupFleet } from '#tests/support/backup-fleet.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { accessTo } from '#tests/support/etcd-access.ts'
import { follow } from '#tests/support/findings-watch.ts'
import type { Watched } from '#tests/support/watched-fleet.ts'
import { asSuperuser } from '#tests/support/work-team.ts'

let backups: BackupFleet
let etcd: RunningEtcd

beforeAll(async () => {
  ;[backups, etcd] = await Promise.all([openBackupFleet(), startEtcd({ version: '3.5' })])
  await fill(etcd, { count: 1, bytes: 10 })
}, 300_000)
afterAll(() => Promise.all([backups?.[Symbol.asyncDispose](), etcd?.[Symbol.asyncDispose]()]))

const sql = async (text: string, values: unknown[]) =>
  (await asSuperuser(backups.fleet.place.database, text, values)).rows

async function fill(into: RunningEtcd, { count, bytes }: { count: number; bytes: number }): Promise<void> {
  const { keys } = openEtcd(accessTo(into))
  for (let n = 0; n < count; n += 1) {
    await keys.put({ key: Buffer.from(`${bytes}-${n}`), value: randomBytes(bytes), expectedModRevision: 0n })
  }
}

/** A cluster with one verified backup, as its team gets it by adding a place for them. */
async function protect() {
  const watched = await backups.fleet.watch(etcd)
  await backups.addDirectory(watched.team)
  await expect.poll(async () => (await backups.list(watched)).length, { timeout: 20_000 }).toBe(1)
  const [first] = await backups.list(watched)
  expect(await backups.ended(watched.team, first?.id ?? '')).toMatchObject({ state: 'verified' })
  const verdictOf = (inspection: InspectionId) => verdictIn(watched, inspection)
  return { watched, followed: follow(backups.fleet, watched), verdictOf }
}

async function verdictIn(watched: Watched, inspection: InspectionId) {
  await backups.fleet.interval(watched)
  const verdicts = await backups.fleet.verdicts(watched)
  return verdicts.find((one) => one.inspection === inspection)
}

/** Lets so many hours pass for what the catalogue knows. */
function passHours({ clusterId }: Watched, hours: number) {
  return sql(
    `UPDATE backup SET "createdAt" = "createdAt" - $2 * interval '1 hour', "takenAt" = "takenAt" - $2 * interval '1 hour',
            "verifiedAt" = "verifiedAt" - $2 * interval '1 hour' WHERE "clusterId" = $1`,
    [clusterId, hours],
  )
}

const problemOf = async ({ clusterId }: Watched) => {
  const [row] = await sql(`SELECT "problem" FROM backup WHERE "clusterId" = $1 ORDER BY "createdAt" DESC LIMIT 1`, [
    clusterId,
  ])
  return row?.problem ?? null
}

/** Until it is mended, or the test ends. */
async function breakStorage(): Promise<AsyncDisposable & { mend(): Promise<void> }> {
  const away = `${backups.directory}-away`
  await rename(backups.directory, away)
  let isBroken = true
  const mend = async () => {
    if (isBroken) await rename(away, backups.directory)
    isBroken = false
  }
  return { mend, [Symbol.asyncDispose]: mend }
}

/** Waits for the backup that is tried again and again while its storage is broken. */
async function verified(watched: Watched): Promise<void> {
  await expect
    .poll(async () => (await backups.list(watched)).every(({ endedAt }) => endedAt !== null), { timeout: 90_000 })
    .toBe(true)
  if ((await backups.list(watched))[0]?.state !== 'verified') await backedUp(watched)
}

it('a storage that breaks is found at once, a late backup when it is late, and both are over with the next verified one', async () => {
  const { watched, followed, verdictOf } = await protect()
  expect(await verdictOf('backup-freshness')).toMatchObject({ verdict: 'ok' })
  expect(await verdictOf('backup-storage')).toMatchObject({ verdict: 'ok' })

  await using broken = await breakStorage()
  await sql('UPDATE backup_plan SET "nextDueAt" = now() WHERE "clusterId" = $1', [watched.clusterId])
  await expect.poll(() => problemOf(watched), { timeout: 20_000 }).toMatch(/^storage-/)
  const storage = await followed.opens('backup-storage-failing')
  expect(storage).toMatchObject([{ severity: 2, evidence: { target: 'disk', problem: await problemOf(watched) } }])
  expect(await verdictOf('backup-freshness')).toMatchObject({ verdict: 'ok' })

  await passHours(watched, 2)
  const late = await followed.opens('backup-late')
  expect(late).toMatchObject([{ severity: 2, evidence: { verifiedInDay: 1, expectedInDay: 24, everyMinutes: 60 } }])
  await followed.stayOpenOnce(late)
  await followed.stayOpenOnce(storage)
  await passHours(watched, 1)
  await backups.fleet.interval(watched)
  const worse = await backups.fleet.openFindings(watched)
  for (const { id } of [...late, ...storage]) expect(worse).toContainEqual(expect.objectContaining({ id, severity: 3 }))

  await broken.mend()
  await verified(watched)
  await followed.resolve([...late, ...storage])
}, 200_000)

it('a cluster that was never backed up is told of as such, and no more once it is', async () => {
  const watched = await backups.fleet.watch(etcd)
  const { team, clusterId } = watched
  const followed = follow(backups.fleet, watched)
  expect(await verdictIn(watched, 'backup-freshness')).toMatchObject({
    verdict: 'unknown',
    reason: 'no-storage-target',
  })
  await changeBackupPlan(team, { clusterId, isOn: false })
  await backups.addDirectory(team)
  await using broken = await breakStorage()
  await changeBackupPlan(team, { clusterId, isOn: true })
  await expect.poll(() => problemOf(watched), { timeout: 20_000 }).toMatch(/^storage-/)
  expect(await verdictIn(watched, 'backup-freshness')).toMatchObject({
    verdict: 'unknown',
    reason: 'no-backup-due-yet',
  })
  await passHours(watched, 3)
  const never = await followed.opens('backup-never')
  expect(never).toMatchObject([{ severity: 3, evidence: { newest: 'none', verifiedInDay: 0 } }])
  await broken.mend()
  await verified(watched)
  await followed.resolve(never)
}, 200_000)

it('a backup that is damaged where it is kept is disproven, and a new one that is proven clears it', async () => {
  const { watched, followed } = await protect()
  const { tenantId } = watched.team
  const folder = join(backups.directory, 'tenant', tenantId)
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const object = files.find((file) => file.isFile() && !file.name.endsWith('.json')) ?? expect.fail('an object')
  await truncate(join(object.parentPath, object.name), 100)
  await drilled(watched, 'disproven')
  const disproven = await followed.opens('backup-disproven')
  expect(disproven).toMatchObject([{ severity: 3 }])
  expect(await backups.list(watched)).toMatchObject([{ state: 'unverified', problem: 'drill-disproven' }])
  await expect(startDrill(watched.team, watched)).rejects.toMatchObject({ code: 'no-verified-backup' })
  await backups.backUp(watched)
  await drilled(watched, 'proven')
  await followed.resolve(disproven)
}, 200_000)

async function drilled({ team, clusterId }: Watched, state: string): Promise<void> {
  const { id } = await startDrill(team, { clusterId })
  await expect.poll(async () => (await getDrill(team, { drillId: id })).state, { timeout: 60_000 }).toBe(state)
}

it('a backup unlike those before it is told of, with what it holds', async () => {
  const own = await startEtcd({ version: '3.5' })
  try {
    await fill(own, { count: 1, bytes: 10 })
    const watched = await backups.fleet.watch(own)
    const { team, clusterId } = watched
    await backups.addDirectory(team)
    await changeClusterSettings(team, { clusterId, settings: { 'backup-size': { changeMegabytes: 1 } } })
    for (let count = 0; count < 4; count += 1) await backedUp(watched)
    expect(await verdictIn(watched, 'backup-size')).toMatchObject({ verdict: 'ok' })
    await fill(own, { count: 8, bytes: 500_000 })
    await backedUp(watched)
    const followed = follow(backups.fleet, watched)
    const jumped = await followed.opens('backup-size-jumped')
    expect(jumped).toMatchObject([{ severity: 1, evidence: { direction: 'larger', keys: 9, usualKeys: 1 } }])
    for (let count = 0; count < 3; count += 1) await backedUp(watched)
    await followed.resolve(jumped)
  } finally {
    await own[Symbol.asyncDispose]()
  }
}, 200_000)

/** The plan takes the first one by itself: there is never more than one at a time. */
async function backedUp(watched: Watched): Promise<void> {
  await expect
    .poll(() => backups.list(watched).then((all) => all.length > 0 && all.every(({ endedAt }) => endedAt !== null)), {
      timeout: 30_000,
    })
    .toBe(true)
  expect(await backups.backUp(watched)).toMatchObject({ state: 'verified' })
}

it('a cluster that was set back behind its newest backup is told of', async () => {
  const { watched, followed, verdictOf } = await protect()
  await passHours(watched, 0.1)
  expect(await verdictOf('backup-revision')).toMatchObject({ verdict: 'ok' })
  const shift = (by: number) =>
    sql('UPDATE backup SET "revision" = "revision" + $2 WHERE "clusterId" = $1', [watched.clusterId, by])
  await shift(1_000)
  const ahead = await followed.opens('backup-ahead')
  expect(ahead).toMatchObject([{ severity: 3 }])
  await shift(-1_000)
  await followed.resolve(ahead)
}, 100_000)

it('what nobody wants is not held against anybody: backups that are off, and the feature that is', async () => {
  const { watched, followed, verdictOf } = await protect()
  const { team, clusterId } = watched
  await passHours(watched, 24)
  await sql(`UPDATE backup_plan SET "nextDueAt" = now() - interval '2 hours' WHERE "clusterId" = $1`, [clusterId])
  await changeBackupPlan(team, { clusterId, isOn: false })
  for (const inspection of ['backup-freshness', 'backup-storage', 'backup-size', 'backup-proof'] as const) {
    expect(await verdictOf(inspection)).toMatchObject({ verdict: 'unknown', reason: 'backups-off' })
  }
  expect(await followed.openCodes()).toEqual([])
  await changeBackupPlan(team, { clusterId, isOn: true })
  expect(await verdictOf('backup-freshness')).not.toMatchObject({ verdict: 'finding' })
  await changeClusterSettings(team, { clusterId, features: { backupcheck: false } })
  await backups.fleet.interval(watched)
  const verdicts = await backups.fleet.verdicts(watched)
  expect(verdicts.filter(({ inspection }) => inspection.startsWith('backup-'))).toEqual([])
}, 100_000)
