import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeSharedRedis } from '#lib/queue/connections.ts'
import type { JobSite } from '#tests/support/job-site.ts'
import { openJobSite } from '#tests/support/job-site.ts'
import type { WorkerProcess } from '#tests/support/worker.ts'
import { spawnTestWorker, startTestWorker } from '#tests/support/worker.ts'

let site: JobSite

beforeAll(async () => {
  site = await openJobSite()
})
afterAll(async () => {
  closeSharedRedis()
  await site[Symbol.asyncDispose]()
})

describe('workers that are replaced one by one under load', () => {
  it('end within 25 s each, and no job fails, is lost or is done twice', async () => {
    const team = await site.createTeam(400)
    const ids = await site.askMany(team, 1_500, 400)
    let current: WorkerProcess[] = [await startTestWorker(site.env), await startTestWorker(site.env)]
    for (let round = 0; round < 6; round += 1) {
      const [leaving, staying] = current
      const next = await startTestWorker(site.env)
      const askedAt = Date.now()
      leaving?.signal('SIGTERM')
      expect(await leaving?.exited).toBe(0)
      expect(Date.now() - askedAt).toBeLessThan(25_000)
      current = staying ? [staying, next] : [next]
    }
    await expect.poll(() => site.states(ids), { timeout: 120_000, interval: 200 }).toEqual({ done: 1_500 })
    for (const worker of current) await worker[Symbol.asyncDispose]()
    expect(await site.effects(ids)).toEqual({ none: 0, once: 1_500, more: 0 })
    for (const row of await site.rows(ids)) expect(row).toMatchObject({ failures: 0, takeOvers: 0, error: null })
  })
})

describe('workers that are killed under load', () => {
  it('cost no job, and each job is taken over within 20 s', async () => {
    const team = await site.createTeam(400)
    const ids: string[] = []
    await using _steady = await startTestWorker(site.env)
    for (let round = 0; round < 5; round += 1) {
      ids.push(...(await site.askMany(team, 150, 1_000)))
      await using dying = await startTestWorker(site.env)
      const atWork = () => {
        const ended = new Set(site.notes('end').map(([, id]) => id))
        const own = site.notes('begin').filter(([, , , pid]) => pid === String(dying.pid))
        return own.flatMap(([, id = '']) => (ended.has(id) ? [] : [id]))
      }
      await expect.poll(() => atWork().length, { timeout: 20_000, interval: 20 }).toBeGreaterThan(3)
      dying.signal('SIGKILL')
      await dying.exited
      const orphans = atWork()
      const begins = (id: string) => site.notes('begin').filter(([, of]) => of === id).length
      await expect.poll(() => orphans.every((id) => begins(id) > 1), { timeout: 20_000, interval: 100 }).toBe(true)
    }
    await expect.poll(() => site.states(ids), { timeout: 120_000, interval: 200 }).toEqual({ done: ids.length })
    expect(await site.effects(ids)).toEqual({ none: 0, once: ids.length, more: 0 })
    for (const row of await site.rows(ids)) expect(row).toMatchObject({ failures: 0, error: null })
  })
})

describe('a job that ends each worker it meets', () => {
  it('is ended itself after six of them, clearly, and the others are done', async () => {
    const team = await site.createTeam(1)
    const poison = await site.ask(team, 'test-poison', { priority: 1 })
    const others = await site.askMany(team, 5, 20)
    for (let dead = 0; dead < 6; dead += 1) {
      await using victim = spawnTestWorker(site.env)
      const timeout = setTimeout(() => victim.signal('SIGTERM'), 60_000)
      expect(await victim.exited).toBeNull()
      clearTimeout(timeout)
    }
    await using _survivor = await startTestWorker(site.env)
    await expect.poll(() => site.states([poison]), { timeout: 30_000, interval: 100 }).toEqual({ failed: 1 })
    await expect.poll(() => site.states(others), { timeout: 30_000, interval: 100 }).toEqual({ done: 5 })
    const [row] = await site.rows([poison])
    expect(row).toMatchObject({ error: 'worker-lost', takeOvers: 6, failures: 0 })
    expect(site.notes('poison')).toHaveLength(6)
  })
})
