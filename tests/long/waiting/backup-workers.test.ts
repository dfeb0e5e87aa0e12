import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { claimDueBackups } from '#lib/services/backups/claim-due-backups.ts'
import { getBackup } from '#lib/services/backups/list-backups.ts'
import { getDrill } from '#lib/services/drills/list-drills.ts'
import { startDrill } from '#lib/services/drills/start-drill.ts'
import { cancelJob } from '#lib/services/jobs/cancel-job.ts'
import type { Faulty, FaultyBackups } from '#tests/support/backup-faults.ts'
import { expectNothingLeft, expectVerified, fillEtcd, openFaultyBackups } from '#tests/support/backup-faults.ts'
import { heldPhases, release, untilReached } from '#tests/support/backup-phases.ts'
import { leftIn } from '#tests/support/drill-run.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import type { WorkerProcess } from '#tests/support/worker.ts'
import { startWorkerProcess } from '#tests/support/worker.ts'

let site: FaultyBackups
let etcds: RunningEtcd[]
/** One of each version: what is done to one is done to both at the same time. */
let clusters: Faulty[]
let worker: WorkerProcess

beforeAll(async () => {
  site = await openFaultyBackups()
  worker = site.backups.fleet.worker
  etcds = await Promise.all((['3.4', '3.5'] as const).map((version) => startEtcd({ version })))
  // Large enough for more than one part, and for a check that takes a while.
  for (const etcd of etcds) await fillEtcd(etcd, { count: 600, valueBytes: 16_000 })
  clusters = []
  for (const etcd of etcds) clusters.push(await site.add(etcd))
})
afterEach(async () => {
  release(site, clusters)
  const open = () => site.sql(`SELECT "id" FROM backup WHERE "state" IN ('pending', 'running')`)
  await expect.poll(open, { timeout: 90_000 }).toEqual([])
})
afterAll(async () => {
  await worker[Symbol.asyncDispose]()
  for (const one of clusters) await one[Symbol.asyncDispose]()
  for (const etcd of etcds) await etcd[Symbol.asyncDispose]()
  await site[Symbol.asyncDispose]()
})

const inEach = <Result>(work: (cluster: Faulty, index: number) => Promise<Result>) => Promise.all(clusters.map(work))

async function killAndReplace(): Promise<void> {
  worker.signal('SIGKILL')
  await worker.exited
  release(site, clusters)
  worker = await startWorkerProcess(site.backups.fleet.place.env)
}

describe.each(heldPhases)('in the phase $name', (phase) => {
  it('a worker that is killed is replaced by another: one object, one manifest, nothing else', async () => {
    const before = await inEach((cluster) => cluster.objects())
    const reached = await untilReached(phase, site, clusters)
    const ids = await inEach((cluster) => cluster.startBackup())
    await reached()
    await killAndReplace()
    await inEach(async (cluster, index) => {
      const backup = await site.backups.ended(cluster.watched.team, ids[index] ?? '')
      await expectVerified(cluster, backup, before[index] ?? [])
    })
    expect(site.spooled()).toEqual([])
  })

  it('a backup that is called off ends within seconds and leaves nothing', async () => {
    const before = await inEach((cluster) => cluster.objects())
    const reached = await untilReached(phase, site, clusters)
    const ids = await inEach((cluster) => cluster.startBackup())
    await reached()
    await inEach(async ({ watched: { team } }, index) => {
      const { jobId } = await getBackup(team, { backupId: ids[index] ?? '' })
      await cancelJob(team, { jobId: jobId ?? '' })
    })
    const calledMs = performance.now()
    const ended = await inEach(({ watched: { team } }, index) => site.backups.ended(team, ids[index] ?? ''))
    expect(performance.now() - calledMs).toBeLessThan(8000)
    for (const backup of ended)
      expect(backup).toMatchObject({ state: 'failed', problem: expect.stringMatching(/^(job-cancelled|broken-off)$/) })
    release(site, clusters)
    await inEach(async (cluster, index) => {
      await expectNothingLeft(site, cluster, { id: ids[index] ?? '', before: before[index] ?? [] })
      await expectVerified(cluster, await cluster.backUp(), before[index] ?? [])
    })
  })
})

describe('a worker that was thought dead', () => {
  it.each(heldPhases.filter(({ name }) => /^(stream|compare|store, with the end|read-back)/.test(name)))(
    'changes nothing when it wakes in the phase $name',
    async (phase) => {
      const before = await inEach((cluster) => cluster.objects())
      const reached = await untilReached(phase, site, clusters)
      const ids = await inEach((cluster) => cluster.startBackup())
      await reached()
      worker.signal('SIGSTOP')
      const sleeping = worker
      release(site, clusters)
      worker = await startWorkerProcess(site.backups.fleet.place.env)
      await inEach(async (cluster, index) => {
        const backup = await site.backups.ended(cluster.watched.team, ids[index] ?? '')
        expect(backup).toMatchObject({ state: 'verified', problem: null })
      })
      const linesBefore = sleeping.output().length
      const said = () => sleeping.output().slice(linesBefore)
      const died = sleeping.exited.then((code) => `ended with ${code}: ${said().slice(-2000)}`)
      sleeping.signal('SIGCONT')
      const bothFenced = async () => {
        await expect
          .poll(() => said().split('"outcome":"fenced"').length - 1, { timeout: 30_000 })
          .toBe(clusters.length)
        return 'lives on'
      }
      expect(await Promise.race([bothFenced(), died])).toBe('lives on')
      await inEach(async (cluster, index) => {
        const backup = await getBackup(cluster.watched.team, { backupId: ids[index] ?? '' })
        await expectVerified(cluster, backup, before[index] ?? [])
      })
      await sleeping[Symbol.asyncDispose]()
    },
  )
})

describe('two workers', () => {
  it('take one backup of a turn that many sweeps see at once', async () => {
    await using second = await startWorkerProcess(site.backups.fleet.place.env)
    expect(second.pid).not.toBe(worker.pid)
    for (const { watched } of clusters) {
      const [{ count: before } = { count: 0 }] = await site.sql(
        'SELECT count(*)::int AS count FROM backup WHERE "clusterId" = $1',
        [watched.clusterId],
      )
      await site.sql('UPDATE backup_plan SET "nextDueAt" = now() WHERE "clusterId" = $1', [watched.clusterId])
      await Promise.all(Array.from({ length: 5 }, () => claimDueBackups()))
      await expect.poll(async () => (await site.backups.list(watched))[0]?.state, { timeout: 20_000 }).toBe('verified')
      const [{ count } = { count: 0 }] = await site.sql(
        'SELECT count(*)::int AS count FROM backup WHERE "clusterId" = $1',
        [watched.clusterId],
      )
      expect(Number(count)).toBe(Number(before) + 1)
    }
  })

  it('take one backup for many who ask at the same moment', async () => {
    await using _second = await startWorkerProcess(site.backups.fleet.place.env)
    const [cluster] = clusters
    if (!cluster) throw new Error('no cluster')
    const before = await cluster.objects()
    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => cluster.startBackup()))
    const [id, ...more] = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(more).toEqual([])
    const refusals = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(refusals).toEqual(refusals.map(() => expect.objectContaining({ code: 'backup-under-way' })))
    await expectVerified(cluster, await site.backups.ended(cluster.watched.team, id ?? ''), before)
  })
})

describe('a worker killed in the middle of a drill', () => {
  it('leaves neither processes nor folders once another takes over, and the drill is proven', async () => {
    const drills = `${site.backups.spool}/drills`
    for (const { watched } of clusters) {
      const { id } = await startDrill(watched.team, { clusterId: watched.clusterId })
      await expect.poll(() => leftIn(drills).processes.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(0)
      await killAndReplace()
      const state = async () => (await getDrill(watched.team, { drillId: id })).state
      await expect.poll(state, { timeout: 60_000 }).toBe('proven')
      await expect.poll(() => leftIn(drills), { timeout: 5000 }).toEqual({ folders: [], processes: [] })
    }
  })
})
