import { afterAll, beforeAll, expect, it } from 'vitest'
import { closePools } from '#lib/db/pools.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { closeSharedRedis, untilRedisIsReady } from '#lib/queue/connections.ts'
import { Secret } from '#lib/secret.ts'
import { getImport } from '#lib/services/cluster-imports/list-imports.ts'
import { runImport } from '#lib/services/cluster-imports/run-import.ts'
import { minuteMs } from '#lib/time.ts'
import { createTeamWithReach, handIn, portsOf } from '#tests/support/cluster-imports.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { startBlackHole } from '#tests/support/odd-servers.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, openWorkplace } from '#tests/support/work-team.ts'
import { startWorkerProcess } from '#tests/support/worker.ts'

let place: Workplace
let open: RunningEtcd
let locked: RunningEtcd

beforeAll(async () => {
  place = await openWorkplace()
  ;[open, locked] = await Promise.all([
    startEtcd(),
    startEtcd({
      tls: 'server',
      users: [
        { name: 'root', password: new Secret('root-password') },
        { name: 'reader', password: new Secret('reader-password'), grants: [{ access: 'read', prefix: '' }] },
      ],
    }),
  ])
  await untilRedisIsReady(5_000)
}, 300_000)

afterAll(async () => {
  closeSharedRedis()
  await Promise.all([open?.stop(), locked?.stop()])
  await closePools()
})

it(
  '1,000 clusters are looked at and imported within 5 minutes, though every tenth never answers',
  async () => {
    await using hole = await startBlackHole()
    await using _worker = await startWorkerProcess(place.env)
    const team = await createTeamWithReach([...portsOf(open, locked), hole.port])
    await asSuperuser(place.database, `UPDATE tenant SET "plan" = 'enterprise' WHERE "id" = $1`, [team.tenantId])
    const rows = Array.from({ length: 1_000 }, (_, n) => {
      if (n % 10 === 0) return { name: `c-${n}`, endpoints: [`http://127.0.0.1:${hole.port}`] }
      if (n % 2 === 0) return { name: `c-${n}`, endpoints: open.members.map(({ clientUrl }) => clientUrl) }
      return {
        name: `c-${n}`,
        endpoints: locked.members.map(({ clientUrl }) => clientUrl),
        tls: { caPem: locked.tls?.caPem },
        reader: { username: 'reader', password: 'reader-password' },
      }
    })
    const startedAt = performance.now()
    const importId = await handIn(team, rows)
    const stateOf = async () => (await getImport(team, { importId })).state
    await expect.poll(stateOf, { timeout: 5 * minuteMs, interval: 500 }).toBe('checked')
    await runImport(team, { importId })
    await expect.poll(stateOf, { timeout: 5 * minuteMs, interval: 500 }).toBe('done')
    const tookMs = performance.now() - startedAt
    process.stdout.write(`1,000 rows took ${(tookMs / 1_000).toFixed(1)} s\n`)
    expect((await getImport(team, { importId })).counts).toEqual({ created: 900, refused: 100 })
    expect(tookMs).toBeLessThan(5 * minuteMs)
  },
  12 * minuteMs,
)
