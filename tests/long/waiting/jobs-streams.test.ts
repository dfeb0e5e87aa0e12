import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { closeSharedRedis } from '#lib/queue/connections.ts'
import { closeStream, openStream } from '#lib/services/streams/open-stream.ts'
import type { JobSite } from '#tests/support/job-site.ts'
import { openJobSite } from '#tests/support/job-site.ts'
import { startTestWorker } from '#tests/support/worker.ts'

let site: JobSite

beforeAll(async () => {
  site = await openJobSite()
})
afterAll(async () => {
  closeSharedRedis()
  await site[Symbol.asyncDispose]()
})

const kind = 'test-stream'

interface Act {
  subjectId: string
  attempt: number
  pid: number
  atMs: number
}

const actsOf = (subjects: readonly string[]): Act[] =>
  site
    .notes('act')
    .map(([, subjectId = '', attempt, pid, atMs]) => ({
      subjectId,
      attempt: Number(attempt),
      pid: Number(pid),
      atMs: Number(atMs),
    }))
    .filter(({ subjectId }) => subjects.includes(subjectId))

/** Who acts for each stream right now. */
function holders(subjects: readonly string[]): (number | undefined)[] {
  const fresh = actsOf(subjects).filter(({ atMs }) => atMs > Date.now() - 1_000)
  return subjects.map((subject) => fresh.findLast(({ subjectId }) => subjectId === subject)?.pid)
}

/** Acts of one stream never go back to an earlier attempt: two workers that take turns would be seen. */
function expectOneAtATime(subjects: readonly string[]): void {
  for (const subject of subjects) {
    const attempts = actsOf([subject]).map(({ attempt }) => attempt)
    expect(attempts.length).toBeGreaterThan(0)
    expect(attempts).toEqual(attempts.toSorted((a, b) => a - b))
    for (const attempt of new Set(attempts)) {
      const pids = actsOf([subject]).flatMap((act) => (act.attempt === attempt ? [act.pid] : []))
      expect(new Set(pids).size).toBe(1)
    }
  }
}

async function openStreams(count: number) {
  const { tenantId } = await site.createTeam()
  const subjects = Array.from({ length: count }, newId)
  for (const subjectId of subjects) {
    await withTenant(tenantId, (db) => openStream(db, { tenantId, kind, subjectId, payload: {} }))
  }
  const close = async () => {
    for (const subjectId of subjects) await withTenant(tenantId, (db) => closeStream(db, { tenantId, kind, subjectId }))
  }
  return { subjects, close }
}

const distinct = (pids: readonly unknown[]) => new Set(pids.filter(Boolean)).size

describe('a stream', () => {
  it('runs in exactly one of three workers, and within 20 s elsewhere when its worker is killed', async () => {
    const { subjects, close } = await openStreams(3)
    const workers = await Promise.all([1, 2, 3].map(() => startTestWorker(site.env)))
    await using _one = workers[0]
    await using _two = workers[1]
    await using _three = workers[2]
    // Each has its share: one of three.
    await expect.poll(() => distinct(holders(subjects)), { timeout: 15_000, interval: 100 }).toBe(3)
    const victim = workers[0]
    victim?.signal('SIGKILL')
    await expect
      .poll(() => holders(subjects).filter((pid) => pid !== undefined && pid !== victim?.pid).length, {
        timeout: 20_000,
        interval: 100,
      })
      .toBe(3)
    expectOneAtATime(subjects)
    await close()
    await expect.poll(() => distinct(holders(subjects)), { timeout: 10_000, interval: 100 }).toBe(0)
  })

  it('is left alone by a worker that slept through the end of its lease', async () => {
    const { subjects, close } = await openStreams(1)
    await using sleeper = await startTestWorker(site.env)
    await expect.poll(() => holders(subjects), { timeout: 10_000, interval: 100 }).toEqual([sleeper.pid])
    sleeper.signal('SIGSTOP')
    await using heir = await startTestWorker(site.env)
    await expect.poll(() => holders(subjects), { timeout: 20_000, interval: 100 }).toEqual([heir.pid])
    const before = actsOf(subjects).filter(({ pid }) => pid === sleeper.pid).length
    sleeper.signal('SIGCONT')
    await delay(2_000)
    const acts = actsOf(subjects)
    // It may have it back by the heir's leave, as a later attempt; what it may not is go on with its own.
    const [first] = acts
    expect(acts.filter(({ pid, attempt }) => pid === sleeper.pid && attempt === first?.attempt)).toHaveLength(before)
    expectOneAtATime(subjects)
    await close()
  })

  it('is freed at once by a worker that ends in order', async () => {
    const { subjects, close } = await openStreams(2)
    await using first = await startTestWorker(site.env)
    await expect.poll(() => holders(subjects), { timeout: 10_000, interval: 100 }).toEqual([first.pid, first.pid])
    await using heir = await startTestWorker(site.env)
    first.signal('SIGTERM')
    expect(await first.exited).toBe(0)
    await expect.poll(() => holders(subjects), { timeout: 5_000, interval: 100 }).toEqual([heir.pid, heir.pid])
    expectOneAtATime(subjects)
    await close()
  })
})
