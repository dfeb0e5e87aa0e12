import { describe, expect, it } from 'vitest'
import { getBackup } from '#lib/services/backups/list-backups.ts'
import { getDrill } from '#lib/services/drills/list-drills.ts'
import { startDrill } from '#lib/services/drills/start-drill.ts'
import { cancelJob } from '#lib/services/jobs/cancel-job.ts'
import { BackupCrew } from '#tests/support/backup-crew.ts'
import { expectNothingLeft, expectVerified } from '#tests/support/backup-faults.ts'
import { heldPhases, release, untilReached } from '#tests/support/backup-phases.ts'
import { leftIn } from '#tests/support/drill-run.ts'

const crew = new BackupCrew()

describe.each(heldPhases)('in the phase $name', (phase) => {
  it('a worker that is killed is replaced by another: one object, one manifest, nothing else', async () => {
    const before = await crew.inEach((cluster) => cluster.objects())
    const reached = await untilReached(phase, crew.site, crew.clusters)
    const ids = await crew.inEach((cluster) => cluster.startBackup())
    await reached()
    await crew.killAndReplace()
    await crew.inEach(async (cluster, index) => {
      const backup = await crew.site.backups.ended(cluster.watched.team, ids[index] ?? '')
      await expectVerified(cluster, backup, before[index] ?? [])
    })
    expect(crew.site.spooled()).toEqual([])
  })

  it('a backup that is called off ends within seconds and leaves nothing', async () => {
    const before = await crew.inEach((cluster) => cluster.objects())
    const reached = await untilReached(phase, crew.site, crew.clusters)
    const ids = await crew.inEach((cluster) => cluster.startBackup())
    await reached()
    await crew.inEach(async ({ watched: { team } }, index) => {
      const { jobId } = await getBackup(team, { backupId: ids[index] ?? '' })
      await cancelJob(team, { jobId: jobId ?? '' })
    })
    const calledMs = performance.now()
    const ended = await crew.inEach(({ watched: { team } }, index) => crew.site.backups.ended(team, ids[index] ?? ''))
    expect(performance.now() - calledMs).toBeLessThan(8000)
    for (const backup of ended)
      expect(backup).toMatchObject({ state: 'failed', problem: expect.stringMatching(/^(job-cancelled|broken-off)$/) })
    release(crew.site, crew.clusters)
    await crew.inEach(async (cluster, index) => {
      await expectNothingLeft(crew.site, cluster, { id: ids[index] ?? '', before: before[index] ?? [] })
      await expectVerified(cluster, await cluster.backUp(), before[index] ?? [])
    })
  })
})

describe('a worker killed in the middle of a drill', () => {
  it('leaves neither processes nor folders once another takes over, and the drill is proven', async () => {
    const drills = `${crew.site.backups.spool}/drills`
    for (const { watched } of crew.clusters) {
      const { id } = await startDrill(watched.team, { clusterId: watched.clusterId })
      await expect.poll(() => leftIn(drills).processes.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(0)
      await crew.killAndReplace()
      const state = async () => (await getDrill(watched.team, { drillId: id })).state
      await expect.poll(state, { timeout: 60_000 }).toBe('proven')
      await expect.poll(() => leftIn(drills), { timeout: 5000 }).toEqual({ folders: [], processes: [] })
    }
  })
})
