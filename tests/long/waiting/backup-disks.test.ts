import { mkdirSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { mountSmallDisk } from '#tests/support/backup-disk.ts'
import type { FaultyBackups } from '#tests/support/backup-faults.ts'
import { expectNothingLeft, expectVerified, fillEtcd, openFaultyBackups } from '#tests/support/backup-faults.ts'
import { startEtcd } from '#tests/support/etcd.ts'

let site: FaultyBackups

beforeAll(async () => {
  site = await openFaultyBackups()
  mkdirSync(site.backups.spool, { recursive: true })
})
afterAll(() => site[Symbol.asyncDispose]())

describe.each(['3.4', '3.5'] as const)('a disk that is full, with etcd %s', (version) => {
  let etcd: RunningEtcd

  beforeAll(async () => {
    etcd = await startEtcd({ version })
    await fillEtcd(etcd, { count: 600, valueBytes: 16_000 })
  })
  afterAll(() => etcd[Symbol.asyncDispose]())

  it('of the directory fails a backup, which leaves nothing there; with room the next one is verified', async () => {
    const { backups } = site
    const { directory } = backups
    await using disk = await mountSmallDisk(directory, '8m')
    const watched = await backups.fleet.watch(etcd)
    await backups.addDirectory(watched.team)
    await expect.poll(async () => (await backups.list(watched)).length, { timeout: 20_000 }).toBe(1)
    const [first] = await backups.list(watched)
    const failed = await backups.ended(watched.team, first?.id ?? '')
    expect(failed).toMatchObject({ state: 'failed', problem: 'storage-full' })
    const files = () =>
      readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    await expect.poll(() => files().length, { timeout: 20_000 }).toBe(0)
    expect(site.spooled()).toEqual([])
    await disk.resize('64m')
    expect(await backups.backUp(watched)).toMatchObject({ state: 'verified', problem: null })
    expect(files()).toHaveLength(2)
  })

  it('of the spool fails a backup before it begins, and is tried again where others fill it meanwhile', async () => {
    await using disk = await mountSmallDisk(site.backups.spool, '512m')
    await using cluster = await site.add(etcd)
    const { team } = cluster.watched
    const failed = await cluster.backUp()
    expect(failed).toMatchObject({ state: 'failed', problem: 'spool-full', problemDetails: { limit: 'disk' } })
    await expectNothingLeft(site, cluster, { id: failed.id, before: [] })
    await disk.resize('3g')
    const [relay] = cluster.relays
    relay?.setHarm({ kind: 'stall', at: 0.3 })
    const id = await cluster.startBackup()
    await expect.poll(() => relay?.harmed, { timeout: 20_000 }).toBe(1)
    await disk.resize('4m')
    relay?.setHarm(undefined)
    const job = async () =>
      (await site.sql(`SELECT "failures", "error" FROM job WHERE "payload"->>'backupId' = $1`, [id]))[0]
    await expect.poll(job, { timeout: 20_000 }).toEqual({ failures: 1, error: 'spool-full' })
    await disk.resize('3g')
    await expectVerified(cluster, await site.hurried(team, id), [])
  })
})
