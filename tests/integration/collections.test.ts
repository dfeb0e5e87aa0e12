import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import type { WatchedFleet } from '#tests/support/watched-fleet.ts'
import { openWatchedFleet } from '#tests/support/watched-fleet.ts'

let fleet: WatchedFleet
let etcd: RunningEtcd

beforeAll(async () => {
  ;[fleet, etcd] = await Promise.all([openWatchedFleet(), startEtcd({ members: 3 })])
}, 300_000)

afterAll(async () => {
  await Promise.all([fleet?.[Symbol.asyncDispose](), etcd?.stop()])
})

describe('a cluster that was brought in', () => {
  it('is collected and judged within seconds', async () => {
    const watched = await fleet.watch(etcd)
    await fleet.interval(watched)
    expect(await fleet.stateOf(watched)).toMatchObject({ state: 'running', membersUp: 3 })
  })
})
