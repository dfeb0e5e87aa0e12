import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { closeSharedRedis, untilRedisIsReady } from '#lib/queue/connections.ts'
import { cancelJob } from '#lib/services/jobs/cancel-job.ts'
import { getFreePort } from '#scripts/process/free-port.ts'
import type { JobSite } from '#tests/support/job-site.ts'
import { openJobSite } from '#tests/support/job-site.ts'
import { asSuperuser } from '#tests/support/work-team.ts'
import { startTestWorker } from '#tests/support/worker.ts'

let site: JobSite

beforeAll(async () => {
  site = await openJobSite()
  await untilRedisIsReady(5_000)
})
afterAll(async () => {
  closeSharedRedis()
  await site[Symbol.asyncDispose]()
})

const inState = (ids: string[], state: string, timeout: number) =>
  expect.poll(() => site.states(ids), { timeout, interval: 50 }).toEqual({ [state]: ids.length })

/** The most of these jobs that were at work at once, by what they noted at their begin and end. */
function mostAtOnce(ids: readonly string[]): number {
  let now = 0
  let most = 0
  for (const [word, id = ''] of site.notes('begin', 'end')) {
    if (!ids.includes(id)) continue
    now += word === 'begin' ? 1 : -1
    most = Math.max(most, now)
  }
  return most
}

describe('a team with five thousand jobs', () => {
  it('has no more of them at work than its limit, and delays no other team by more than 3 s', async () => {
    const [busy, other] = [await site.createTeam(5), await site.createTeam(5)]
    const many = await site.askMany(busy, 5_000, 50)
    const worker = await startTestWorker(site.env)
    onTestFinished(() => worker[Symbol.asyncDispose]())
    await expect.poll(() => site.notes('end').length, { timeout: 10_000 }).toBeGreaterThan(20)
    const single = await site.ask(other)
    await inState([single], 'done', 3_000)
    expect(mostAtOnce(many)).toBeGreaterThan(1)
    expect(mostAtOnce(many)).toBeLessThanOrEqual(5)
    const ended = () => site.states(many).then(({ done = 0 }) => done)
    const before = await ended()
    await expect.poll(ended, { timeout: 10_000 }).toBeGreaterThan(before + 20)
    // A worker at work would hold locks the deletion waits for, and wait for its.
    await worker[Symbol.asyncDispose]()
    await asSuperuser(site.place.database, 'DELETE FROM job WHERE "tenantId" = $1', [busy.tenantId])
  })

  it('has the most urgent and then the oldest done first', async () => {
    const team = await site.createTeam(1)
    const ids: string[] = []
    for (const priority of [9, 5, 5, 1, 9]) ids.push(await site.ask(team, 'test-effect', { priority }))
    await using _worker = await startTestWorker(site.env)
    await inState(ids, 'done', 10_000)
    const order = site.notes('begin').flatMap(([, id = '']) => (ids.includes(id) ? [ids.indexOf(id)] : []))
    expect(order).toEqual([3, 1, 2, 0, 4])
  })
})

describe('a running job', () => {
  it('shows how far it is, at most twice a second, and ends within 4 s when it is cancelled, tidied up', async () => {
    const team = await site.createTeam()
    const id = await site.ask(team, 'test-endless')
    await using _worker = await startTestWorker(site.env)
    const progress = () => site.rows([id]).then(([row]) => row?.progress?.done ?? 0)
    await expect.poll(progress, { timeout: 5_000, interval: 20 }).toBeGreaterThan(100)
    const { rows } = await asSuperuser(
      site.place.database,
      `SELECT count(*)::int AS count, extract(epoch FROM max("at") - min("at"))::float8 AS seconds FROM event
        WHERE "tenantId" = $1 AND "kind" = 'job.changed'`,
      [team.tenantId],
    )
    expect(rows[0].count).toBeLessThanOrEqual(2 + 2 * rows[0].seconds)
    await cancelJob(team, { jobId: id })
    await inState([id], 'cancelled', 4_000)
    expect(site.notes('tidied').map(([, of]) => of)).toEqual([id])
  })

  it('is given back by a worker that must end, costs no try, and is done by the next one', async () => {
    const team = await site.createTeam()
    const ids = await site.askMany(team, 40, 400)
    await using first = await startTestWorker(site.env)
    await using second = await startTestWorker(site.env)
    await expect.poll(() => site.notes('begin').filter(([, id]) => ids.includes(id ?? '')).length).toBeGreaterThan(5)
    first.signal('SIGTERM')
    expect(await first.exited).toBe(0)
    await inState(ids, 'done', 20_000)
    second.signal('SIGTERM')
    expect(await second.exited).toBe(0)
    expect(await site.effects(ids)).toEqual({ none: 0, once: 40, more: 0 })
    for (const row of await site.rows(ids)) expect(row).toMatchObject({ failures: 0, takeOvers: 0, error: null })
  })
})

describe('the metrics of a worker', () => {
  it('tell what waits and for how long, what is under way, and how attempts ended, to whoever has the token', async () => {
    const team = await site.createTeam(1)
    const port = await getFreePort()
    const ids = await site.askMany(team, 3, 20)
    await using worker = await startTestWorker({
      ...site.env,
      WORKER_METRICS_PORT: String(port),
      METRICS_TOKEN: 'a-token-long-enough',
    })
    await inState(ids, 'done', 10_000)
    const endless = await site.ask(team, 'test-endless')
    const waiting = await site.ask(team)
    await inState([endless], 'running', 5_000)
    const url = `http://127.0.0.1:${port}/metrics`
    expect((await fetch(url)).status).toBe(401)
    const read = async () => (await fetch(url, { headers: { authorization: 'Bearer a-token-long-enough' } })).text()
    await expect.poll(read, { timeout: 20_000 }).toMatch(/^kstone_jobs_waiting{job="test-effect"} 1$/m)
    const text = await read()
    expect(text).toMatch(/^kstone_jobs_oldest_waiting_seconds{job="test-effect"} [\d.]+$/m)
    expect(text).toMatch(/^kstone_jobs_in_progress{queue="test"} 1$/m)
    expect(text).toMatch(/^kstone_jobs_total{job="test-effect",outcome="done"} 3$/m)
    expect(text).toMatch(/^kstone_job_duration_seconds_count{job="test-effect"} 3$/m)
    expect(text).not.toContain(team.tenantId)
    expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text()).toBe('ok\n')
    await cancelJob(team, { jobId: endless })
    await inState([waiting], 'done', 10_000)
    worker.signal('SIGTERM')
    expect(await worker.exited).toBe(0)
  })
})
