import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { BackupDetailView } from '#lib/contracts/backup-catalogue.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import type { Faulty, FaultyBackups } from '#tests/support/backup-faults.ts'
import { expectVerified, fillEtcd, openFaultyBackups } from '#tests/support/backup-faults.ts'
import { startEtcd } from '#tests/support/etcd.ts'

let site: FaultyBackups

beforeAll(async () => {
  site = await openFaultyBackups()
})
afterAll(() => site[Symbol.asyncDispose]())

describe.each(['3.4', '3.5'] as const)('a cluster of three members of etcd %s', (version) => {
  let etcd: RunningEtcd
  let cluster: Faulty

  beforeAll(async () => {
    etcd = await startEtcd({ version, members: 3 })
    await fillEtcd(etcd, { count: 600, valueBytes: 16_000 })
    cluster = await site.add(etcd)
  })
  afterEach(() => {
    for (const relay of cluster.relays) relay.setHarm(undefined)
  })
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]()
    await etcd[Symbol.asyncDispose]()
  })

  /** A backup whose first source stalls in the middle; the next one would not. */
  async function stalled(): Promise<{ id: string; index: number; before: string[] }> {
    const before = await cluster.objects()
    const counts = cluster.relays.map(({ harmed }) => harmed)
    const changed = () => cluster.relays.findIndex(({ harmed }, index) => harmed > (counts[index] ?? 0))
    for (const relay of cluster.relays) relay.setHarm({ kind: 'stall', at: 0.5 })
    const id = await cluster.startBackup()
    await expect.poll(changed, { timeout: 20_000, interval: 10 }).toBeGreaterThanOrEqual(0)
    const index = changed()
    for (const [other, relay] of cluster.relays.entries()) if (other !== index) relay.setHarm(undefined)
    return { id, index, before }
  }

  async function expectOtherSource(backup: BackupDetailView, index: number): Promise<void> {
    const name = etcd.members[index]?.name
    expect(backup.member?.name).not.toBe(name)
    const [job] = await site.sql('SELECT "failures", "attempt" FROM job WHERE "id" = $1', [backup.jobId])
    expect(job).toEqual({ failures: 0, attempt: 1 })
    expect(site.spooled()).toEqual([])
  }

  it('is backed up from another member where one sends altered bytes', async () => {
    const first = await cluster.backUp()
    const index = etcd.members.findIndex(({ name }) => name === first.member?.name)
    const relay = cluster.relays[index]
    relay?.setHarm({ kind: 'flip', at: 0.6, bit: 0 })
    const before = await cluster.objects()
    const backup = await cluster.backUp()
    expect(relay?.harmed).toBe(1)
    await expectVerified(cluster, backup, before)
    await expectOtherSource(backup, index)
  })

  it('is backed up from another member where one sends nothing more in the middle, within the same backup', async () => {
    const { id, index, before } = await stalled()
    const backup = await site.backups.ended(cluster.watched.team, id)
    await expectVerified(cluster, backup, before)
    await expectOtherSource(backup, index)
  })

  it('is backed up from another member where one is killed in the middle, within the same backup', async () => {
    const { id, index, before } = await stalled()
    etcd.members[index]?.kill('SIGKILL')
    cluster.relays[index]?.setHarm(undefined)
    const backup = await site.backups.ended(cluster.watched.team, id)
    await expectVerified(cluster, backup, before)
    await expectOtherSource(backup, index)
    await etcd.members[index]?.restart()
  })
})
