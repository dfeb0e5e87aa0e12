import { describe, expect, it } from 'vitest'
import { claimDueBackups } from '#lib/services/backups/claim-due-backups.ts'
import { getBackup } from '#lib/services/backups/list-backups.ts'
import { BackupCrew } from '#tests/support/backup-crew.ts'
import { expectVerified } from '#tests/support/backup-faults.ts'
import { heldPhases, untilReached } from '#tests/support/backup-phases.ts'
import { startWorkerProcess } from '#tests/support/worker.ts'

const crew = new BackupCrew()

describe('a worker that was thought dead', () => {
  it.each(heldPhases.filter(({ name }) => /^(stream|compare|store, with the end|read-back)/.test(name)))(
    'changes nothing when it wakes in the phase $name',
    async (phase) => {
      const before = await crew.inEach((cluster) => cluster.objects())
      const reached = await untilReached(phase, crew.site, crew.clusters)
      const ids = await crew.inEach((cluster) => cluster.startBackup())
      await reached()
      crew.worker.signal('SIGSTOP')
      const sleeping = crew.worker
      await crew.replaceWorker()
      await crew.inEach(async (cluster, index) => {
        const backup = await crew.site.backups.ended(cluster.watched.team, ids[index] ?? '')
        expect(backup).toMatchObject({ state: 'verified', problem: null })
      })
      const linesBefore = sleeping.output().length
      const said = () => sleeping.output().slice(linesBefore)
      const died = sleeping.exited.then((code) => `ended with ${code}: ${said().slice(-2000)}`)
      sleeping.signal('SIGCONT')
      const bothFenced = async () => {
        await expect
          .poll(() => said().split('"outcome":"fenced"').length - 1, { timeout: 30_000 })
          .toBe(crew.clusters.length)
        return 'lives on'
      }
      expect(await Promise.race([bothFenced(), died])).toBe('lives on')
      await crew.inEach(async (cluster, index) => {
        const backup = await getBackup(cluster.watched.team, { backupId: ids[index] ?? '' })
        await expectVerified(cluster, backup, before[index] ?? [])
      })
      await sleeping[Symbol.asyncDispose]()
    },
  )
})

describe('two workers', () => {
  it('take one backup of a turn that many sweeps see at once', async () => {
    await using second = await startWorkerProcess(crew.site.backups.fleet.place.env)
    expect(second.pid).not.toBe(crew.worker.pid)
    for (const { watched } of crew.clusters) {
      const [{ count: before } = { count: 0 }] = await crew.site.sql(
        'SELECT count(*)::int AS count FROM backup WHERE "clusterId" = $1',
        [watched.clusterId],
      )
      await crew.site.sql('UPDATE backup_plan SET "nextDueAt" = now() WHERE "clusterId" = $1', [watched.clusterId])
      await Promise.all(Array.from({ length: 5 }, () => claimDueBackups()))
      await expect
        .poll(async () => (await crew.site.backups.list(watched))[0]?.state, { timeout: 20_000 })
        .toBe('verified')
      const [{ count } = { count: 0 }] = await crew.site.sql(
        'SELECT count(*)::int AS count FROM backup WHERE "clusterId" = $1',
        [watched.clusterId],
      )
      expect(Number(count)).toBe(Number(before) + 1)
    }
  })

  it('take one backup for many who ask at the same moment', async () => {
    await using _second = await startWorkerProcess(crew.site.backups.fleet.place.env)
    const [cluster] = crew.clusters
    if (!cluster) throw new Error('no cluster')
    const before = await cluster.objects()
    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => cluster.startBackup()))
    const [id, ...more] = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(more).toEqual([])
    const refusals = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(refusals).toEqual(refusals.map(() => expect.objectContaining({ code: 'backup-under-way' })))
    await expectVerified(cluster, await crew.site.backups.ended(cluster.watched.team, id ?? ''), before)
  })
})
