import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { changeBackupPlan } from '#lib/services/backup-plans/change-plan.ts'
import { claimDueBackups } from '#lib/services/backups/claim-due-backups.ts'
import { addMs, minuteMs } from '#lib/time.ts'
import type { FaultyBackups } from '#tests/support/backup-faults.ts'
import { fillEtcd, openFaultyBackups } from '#tests/support/backup-faults.ts'
import { startEtcd } from '#tests/support/etcd.ts'

const turns = 60

let site: FaultyBackups

beforeAll(async () => {
  site = await openFaultyBackups()
})
afterAll(() => site[Symbol.asyncDispose]())

/**
 * The clock is simulated: each backup is taken for real when its plan is due, and then dated to its turn, before the next one
 * is due. What is kept is what the ladder keeps, judged by real workers after each.
 */
describe.each([
  // At 01:00 UTC the clocks were put back from three to two: an hour that came twice is two.
  { version: '3.4', from: '2024-10-27T00:30:00Z', newestOfHours: ['2024-10-27T00:59:00Z', '2024-10-27T01:29:00Z'] },
  { version: '3.5', from: '2024-06-05T09:15:00Z', newestOfHours: ['2024-06-05T09:59:00Z', '2024-06-05T10:14:00Z'] },
] as const)('sixty backups of etcd $version a minute apart, from $from', ({ version, from, newestOfHours }) => {
  let etcd: RunningEtcd

  beforeAll(async () => {
    etcd = await startEtcd({ version })
    await fillEtcd(etcd, { count: 20 })
  })
  afterAll(() => etcd[Symbol.asyncDispose]())

  it('leave exactly what the ladder says, in the catalogue and in the bucket', async () => {
    await using cluster = await site.add(etcd)
    const { watched } = cluster
    const { team, clusterId } = watched
    await changeBackupPlan(team, {
      clusterId,
      isOn: true,
      schedule: { kind: 'interval', seconds: 60 },
      retention: {
        policy: { kind: 'ladder', hourly: 72, daily: 7, weekly: 4, monthly: 0, keepAllHours: 0 },
        timeZone: 'Europe/Berlin',
      },
    })
    await site.sql('UPDATE backup_plan SET "nextDueAt" = \'2999-01-01\' WHERE "clusterId" = $1', [clusterId])
    const seen = new Set<string>()
    for (let turn = 0; turn <= turns; turn += 1) {
      await site.sql('UPDATE backup_plan SET "nextDueAt" = now() WHERE "clusterId" = $1', [clusterId])
      await claimDueBackups()
      await site.sql('UPDATE backup_plan SET "nextDueAt" = \'2999-01-01\' WHERE "clusterId" = $1', [clusterId])
      const newest = async () => (await site.backups.list(watched))[0]
      await expect
        .poll(async () => !seen.has((await newest())?.id ?? '') && (await newest())?.state, {
          timeout: 30_000,
          interval: 20,
        })
        .toBe('verified')
      const backup = await newest()
      seen.add(backup?.id ?? '')
      if (turn === turns) break
      await expect
        .poll(async () => (await site.sql('SELECT "state" FROM job WHERE "id" = $1', [backup?.jobId]))[0]?.state, {
          timeout: 30_000,
          interval: 20,
        })
        .toBe('done')
      const at = addMs(new Date(from), turn * minuteMs)
      await site.sql('UPDATE backup SET "takenAt" = $2 WHERE "id" = $1', [backup?.id, at])
    }
    const keptAt = async () =>
      (
        await site.sql(
          'SELECT "takenAt", "objectKey" FROM backup WHERE "clusterId" = $1 AND "deletedAt" IS NULL ORDER BY "takenAt"',
          [clusterId],
        )
      ).map(({ takenAt, objectKey }) => ({ takenAt: Number(takenAt), objectKey: String(objectKey) }))
    await expect.poll(async () => (await keptAt()).length, { timeout: 30_000 }).toBe(newestOfHours.length + 1)
    const kept = await keptAt()
    expect(kept.slice(0, -1).map(({ takenAt }) => takenAt)).toEqual(newestOfHours.map((text) => Date.parse(text)))
    const objects = (await cluster.objects()).filter((key) => !key.endsWith('.json'))
    expect(objects).toEqual(kept.map(({ objectKey }) => objectKey).toSorted())
    expect(await cluster.objects()).toHaveLength(2 * objects.length)
  })
})
