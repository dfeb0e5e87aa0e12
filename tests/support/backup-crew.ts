import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import type { Faulty, FaultyBackups } from './backup-faults.ts'
import { fillEtcd, openFaultyBackups } from './backup-faults.ts'
import { release } from './backup-phases.ts'
import { startEtcd } from './etcd.ts'
import type { WorkerProcess } from './worker.ts'
import { startWorkerProcess } from './worker.ts'

/** Backups of an etcd of each version, and whoever takes them now. Opened by a test file for all its tests. */
export class BackupCrew {
  site!: FaultyBackups
  /** One of each version: what is done to one is done to both at the same time. */
  clusters: Faulty[] = []
  worker!: WorkerProcess
  #etcds: RunningEtcd[] = []

  constructor() {
    beforeAll(() => this.#open())
    afterEach(async () => {
      release(this.site, this.clusters)
      const open = () => this.site.sql(`SELECT "id" FROM backup WHERE "state" IN ('pending', 'running')`)
      await expect.poll(open, { timeout: 90_000 }).toEqual([])
    })
    afterAll(() => this.#close())
  }

  inEach<Result>(work: (cluster: Faulty, index: number) => Promise<Result>): Promise<Result[]> {
    return Promise.all(this.clusters.map(work))
  }

  async replaceWorker(): Promise<void> {
    release(this.site, this.clusters)
    this.worker = await startWorkerProcess(this.site.backups.fleet.place.env)
  }

  async killAndReplace(): Promise<void> {
    this.worker.signal('SIGKILL')
    await this.worker.exited
    await this.replaceWorker()
  }

  async #open(): Promise<void> {
    this.site = await openFaultyBackups()
    this.worker = this.site.backups.fleet.worker
    this.#etcds = await Promise.all((['3.4', '3.5'] as const).map((version) => startEtcd({ version })))
    // Large enough for more than one part, and for a check that takes a while.
    for (const etcd of this.#etcds) await fillEtcd(etcd, { count: 600, valueBytes: 16_000 })
    for (const etcd of this.#etcds) this.clusters.push(await this.site.add(etcd))
  }

  async #close(): Promise<void> {
    await this.worker[Symbol.asyncDispose]()
    for (const one of this.clusters) await one[Symbol.asyncDispose]()
    for (const etcd of this.#etcds) await etcd[Symbol.asyncDispose]()
    await this.site[Symbol.asyncDispose]()
  }
}
