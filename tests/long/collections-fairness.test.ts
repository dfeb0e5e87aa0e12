import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { createTeamWithReach } from '#tests/support/cluster-imports.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import type { OddServer } from '#tests/support/odd-servers.ts'
import { startBlackHole } from '#tests/support/odd-servers.ts'
import { addWatchedCluster } from '#tests/support/watched-clusters.ts'
import type { Watched, WatchedFleet } from '#tests/support/watched-fleet.ts'
import { openWatchedFleet } from '#tests/support/watched-fleet.ts'
import { asSuperuser } from '#tests/support/work-team.ts'

const deadTotal = 60
/** A worker tries 32 at once that it knows nothing bad of, each for the 1.2 s its one endpoint has. */
const lateMaxMs = 5_000

let fleet: WatchedFleet
let etcd: RunningEtcd
let hole: OddServer
let live: Watched
let dead: string[]
let team: TenantContext

beforeAll(async () => {
  ;[fleet, etcd, hole] = await Promise.all([openWatchedFleet(), startEtcd(), startBlackHole()])
  team = await createTeamWithReach([hole.port])
  live = await fleet.watch(etcd)
  await fleet.interval(live)
  const endpoints = [`http://127.0.0.1:${hole.port}`]
  dead = await Promise.all(Array.from({ length: deadTotal }, () => addWatchedCluster(team, { endpoints })))
}, 300_000)

afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
  await Promise.all([etcd?.stop(), hole?.[Symbol.asyncDispose]()])
})

interface Turn {
  clusterId: string
  failures: number
  lateMs: number | null
  restMs: number
}

async function turnsOf(clusterIds: readonly string[]): Promise<Turn[]> {
  const { rows } = await asSuperuser(
    fleet.place.database,
    `SELECT "clusterId", "failures", "lateMs", extract(epoch FROM "nextDueAt" - now()) * 1000 AS "restMs"
       FROM collection_state WHERE "clusterId" = ANY($1::uuid[])`,
    [clusterIds],
  )
  return rows.map((row) => ({ ...row, restMs: Number(row.restMs) })) as Turn[]
}

async function makeDue(clusterIds: readonly string[]): Promise<void> {
  await asSuperuser(
    fleet.place.database,
    `UPDATE collection_state SET "nextDueAt" = now() WHERE "clusterId" = ANY($1::uuid[]) AND "claimedUntil" IS NULL`,
    [clusterIds],
  )
}

/** Collects the live one again and again while the dead are tried; gives how late each of its turns was. */
async function latenessWhile(isTrying: () => Promise<boolean>): Promise<number[]> {
  const lateness: number[] = []
  while (await isTrying()) {
    await fleet.interval(live)
    const [turn] = await turnsOf([live.clusterId])
    lateness.push(turn?.lateMs ?? expect.fail('a turn'))
  }
  return lateness
}

const failuresOf = async () => (await turnsOf(dead)).map(({ failures }) => failures)

describe('60 clusters of one team that never answer', () => {
  it('delay nobody else, neither when they are tried for the first time nor ever after', async () => {
    for (let round = 1; round <= 3; round += 1) {
      await makeDue(dead)
      const lateness = await latenessWhile(async () => (await failuresOf()).some((failures) => failures < round))
      process.stdout.write(`Late while ${deadTotal} dead are tried (${round}): ${lateness.join(', ')} ms\n`)
      expect(lateness.length).toBeGreaterThan(0)
      expect(Math.max(...lateness)).toBeLessThan(lateMaxMs)
    }
    expect(await fleet.stateOf(live)).toMatchObject({ state: 'running', membersUp: 1 })
  })

  it('are tried ever more rarely, but every five minutes at least', async () => {
    const [one] = dead
    if (!one) return expect.fail('a dead cluster')
    const watched = { team, clusterId: one, etcd }
    expect(await fleet.stateOf(watched)).toMatchObject({ state: 'unreachable' })
    await asSuperuser(fleet.place.database, 'UPDATE collection_state SET "failures" = 0 WHERE "clusterId" = $1', [one])
    const rests: number[] = []
    for (let failures = 1; failures <= 6; failures += 1) {
      await fleet.interval(watched)
      await expect.poll(async () => (await turnsOf([one]))[0]?.failures).toBe(failures)
      const [turn] = await turnsOf([one])
      rests.push((turn?.restMs ?? 0) / 1000)
    }
    for (const [index, seconds] of [60, 120, 240, 300, 300, 300].entries()) {
      expect(rests[index]).toBeGreaterThan(seconds * 0.94 - 5)
      expect(rests[index]).toBeLessThan(seconds * 1.06)
    }
  })

  it('are collected as every other once somebody answers', async () => {
    const [one] = dead
    if (!one) return expect.fail('a dead cluster')
    const [member] = etcd.members
    await asSuperuser(fleet.place.database, 'UPDATE cluster SET "endpoints" = $1 WHERE "id" = $2', [
      [member?.clientUrl],
      one,
    ])
    const { port } = new URL(member?.clientUrl ?? '')
    await asSuperuser(
      fleet.place.database,
      `INSERT INTO address_grant ("tenantId", "address", "port") SELECT $1, '127.0.0.1', $2`,
      [team.tenantId, Number(port)],
    )
    const isBack = async () => {
      await fleet.interval({ team, clusterId: one, etcd })
      return (await turnsOf([one]))[0]
    }
    // A grant is known to workers within 5 s.
    await expect.poll(isBack, { timeout: 20_000 }).toMatchObject({ failures: 0 })
    expect((await isBack())?.restMs).toBeLessThan(64_000)
  })
})
