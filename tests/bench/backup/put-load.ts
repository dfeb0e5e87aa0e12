import { setTimeout as delay } from 'node:timers/promises'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'

const everyMs = 5

/** Puts at a steady pace, each measured, until it is stopped. */
export class PutLoad {
  readonly #latencies: number[] = []
  readonly #running: Promise<void>
  #isOver = false

  constructor(client: EtcdClient) {
    this.#running = this.#run(client)
  }

  /** Milliseconds of each put. */
  async stop(): Promise<number[]> {
    this.#isOver = true
    await this.#running
    return this.#latencies
  }

  async #run(client: EtcdClient): Promise<void> {
    const value = Buffer.alloc(100, 1)
    const key = Buffer.from('/bench/put')
    while (!this.#isOver) {
      const beganMs = performance.now()
      await client.keys.transact({ perform: [{ put: { key, value } }] })
      const tookMs = performance.now() - beganMs
      this.#latencies.push(tookMs)
      if (tookMs < everyMs) await delay(everyMs - tookMs)
    }
  }
}
