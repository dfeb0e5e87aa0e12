import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listen } from '#lib/db/listen.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { enqueue } from '#lib/jobs/enqueue.ts'
import { metrics } from '#lib/metrics.ts'
import { closeSharedRedis, sharedRedis, untilRedisIsReady } from '#lib/queue/connections.ts'
import { consumeJobs } from '#lib/queue/consume-jobs.ts'
import { delivery as deliverySchema } from '#lib/queue/delivery.ts'
import { publishJobs } from '#lib/queue/publish-jobs.ts'
import { claimJob, takeOversMax } from '#lib/services/jobs/claim-job.ts'
import { keepJobAlive } from '#lib/services/jobs/keep-job-alive.ts'
import { relayOutbox } from '#lib/services/jobs/relay-outbox.ts'
import { republishLostJobs } from '#lib/services/jobs/republish-lost-jobs.ts'
import { completeJob, failAttempt } from '#lib/services/jobs/settle-job.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace
let team: TenantContext

beforeAll(async () => {
  place = await openWorkplace()
  team = await createTeam()
  await asSuperuser(place.database, `UPDATE tenant SET "quotaOverrides" = '{"concurrent-jobs": 1000}'`)
  await untilRedisIsReady(5_000)
})

afterAll(() => closeSharedRedis())

function ask(): Promise<string> {
  return withTenant(team.tenantId, (db) =>
    enqueue(db, team, { kind: 'send-invitation-mail', payload: { invitationId: newId() } }),
  )
}

async function jobOf(jobId: string) {
  const { rows } = await asSuperuser(
    place.database,
    `SELECT j."state", j."attempt", j."error", (SELECT count(*)::int FROM outbox o WHERE o."jobId" = j."id") AS "outbox"
       FROM job j WHERE "id" = $1`,
    [jobId],
  )
  return rows[0]
}

const inRedis = (jobId: string, attempt = 1) => sharedRedis().exists(`kstone:mail:job-${jobId}-${attempt}`)
const silence = (jobId: string, seconds: number) =>
  asSuperuser(place.database, `UPDATE job SET "seenAt" = now() - $2 * interval '1 s' WHERE "id" = $1`, [jobId, seconds])
const delivery = (jobId: string, attempt = 1) => ({ tenantId: team.tenantId, jobId, attempt })
const publication = (jobId: string) => ({ ...delivery(jobId), kind: 'send-invitation-mail', priority: 5, rank: 1 })

describe('asking for work', () => {
  it('leaves nothing behind when the transaction that asks does not commit', async () => {
    const asked = withTenant(team.tenantId, async (db) => {
      await enqueue(db, team, { kind: 'send-invitation-mail', payload: { invitationId: newId() } })
      throw new Error('rolled back')
    })
    await expect(asked).rejects.toThrow('rolled back')
    const { rows } = await asSuperuser(place.database, 'SELECT count(*)::int AS count FROM job')
    expect(rows[0].count).toBe(0)
  })

  it('refuses a payload that holds more than ids', async () => {
    const payload = { invitationId: newId(), token: 'secret' }
    await expect(
      withTenant(team.tenantId, (db) => enqueue(db, team, { kind: 'send-invitation-mail', payload })),
    ).rejects.toThrow(/token/)
  })
})

describe('the relay', () => {
  it('hands each job to the queue once, also when several relays run', async () => {
    const ids = await Promise.all(Array.from({ length: 60 }, ask))
    const rounds = await Promise.all([relayOutbox(), relayOutbox(), relayOutbox()])
    expect(rounds.reduce((sum, { count }) => sum + count, 0)).toBe(60)
    for (const id of ids) expect([await inRedis(id), (await jobOf(id)).outbox]).toEqual([1, 0])
  })

  it('puts only ids into Redis', async () => {
    const id = await ask()
    await relayOutbox()
    const data = await sharedRedis().hget(`kstone:mail:job-${id}-1`, 'data')
    expect(JSON.parse(data ?? '')).toEqual({ tenantId: team.tenantId, jobId: id, attempt: 1 })
  })

  it('publishes again after 10 s what a relay that died had claimed', async () => {
    const id = await ask()
    await asSuperuser(place.database, `UPDATE outbox SET "dueAt" = now() + interval '10 s' WHERE "jobId" = $1`, [id])
    await relayOutbox()
    expect(await inRedis(id)).toBe(0)
    await asSuperuser(place.database, `UPDATE outbox SET "dueAt" = now() WHERE "jobId" = $1`, [id])
    await relayOutbox()
    expect(await inRedis(id)).toBe(1)
  })
})

describe('a lost job', () => {
  it('is published again after Redis forgot everything', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, ask))
    await relayOutbox()
    await republishLostJobs()
    await sharedRedis().flushdb()
    expect(await republishLostJobs()).toBeGreaterThanOrEqual(20)
    for (const id of ids) expect(await inRedis(id)).toBe(1)
  })

  it('is published again after 20 s when Redis lost only this one', async () => {
    const id = await ask()
    await relayOutbox()
    await sharedRedis().del(`kstone:mail:job-${id}-1`)
    await silence(id, 19)
    await republishLostJobs()
    expect(await inRedis(id)).toBe(0)
    await silence(id, 21)
    await republishLostJobs()
    expect(await inRedis(id)).toBe(1)
  })

  it('is not doubled when it was not lost', async () => {
    const id = await ask()
    await relayOutbox()
    await silence(id, 21)
    const before = await sharedRedis().zcard('kstone:mail:prioritized')
    await republishLostJobs()
    await publishJobs('mail', [publication(id)])
    expect(await sharedRedis().zcard('kstone:mail:prioritized')).toBe(before)
  })
})

describe('an attempt', () => {
  it('is taken by one worker when it is delivered to many at once', async () => {
    const id = await ask()
    const claims = await Promise.all(Array.from({ length: 10 }, () => claimJob(delivery(id))))
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1)
    expect(await jobOf(id)).toMatchObject({ state: 'running', attempt: 1 })
  })

  it('is taken over only from a worker that gives no sign of life, and its late result touches nothing', async () => {
    const id = await ask()
    const first = await claimJob(delivery(id))
    if (!first) throw new Error('not claimed')
    expect(await claimJob(delivery(id))).toBeUndefined()
    await silence(id, 11)
    const [second, third] = await Promise.all([claimJob(delivery(id)), claimJob(delivery(id))])
    const taken = second ?? third
    expect([second, third].filter(Boolean)).toHaveLength(1)
    expect(taken?.attempt).toBe(2)
    expect(await keepJobAlive(first)).toBe('lost')
    expect(await completeJob(first)).toBe('fenced')
    expect(await failAttempt(first, new AppError('mail-refused', 'late'))).toBe('fenced')
    expect(await jobOf(id)).toMatchObject({ state: 'running', attempt: 2, error: null })
    expect(await completeJob(taken ?? first)).toBe('done')
    expect(await claimJob(delivery(id, 2))).toBeUndefined()
  })

  it('that fails is followed by the next, through the outbox and after a pause', async () => {
    const id = await ask()
    await relayOutbox()
    const claim = await claimJob(delivery(id))
    if (!claim) throw new Error('not claimed')
    expect(await failAttempt(claim, new AppError('mail-unavailable', 'away'))).toBe('retried')
    expect(await jobOf(id)).toEqual({ state: 'queued', attempt: 2, error: 'mail-unavailable', outbox: 1 })
    await relayOutbox()
    expect(await inRedis(id, 2)).toBe(0)
    await silence(id, 60)
    await republishLostJobs()
    expect(await inRedis(id, 2), 'a job in its pause is not lost').toBe(0)
    await asSuperuser(place.database, `UPDATE outbox SET "dueAt" = now() WHERE "jobId" = $1`, [id])
    await relayOutbox()
    expect(await inRedis(id, 2)).toBe(1)
    expect(await claimJob(delivery(id, 1))).toBeUndefined()
    expect(await claimJob(delivery(id, 2))).toMatchObject({ attempt: 2 })
  })

  it.each([
    ['a failure that stays', 'mail-refused', 0],
    ['a passing failure after seven others', 'mail-unavailable', 7],
  ] as const)('ends the job after %s', async (_what, code, failures) => {
    const id = await ask()
    const attempt = 30
    await asSuperuser(place.database, 'UPDATE job SET "attempt" = $2, "failures" = $3 WHERE "id" = $1', [
      id,
      attempt,
      failures,
    ])
    const claim = await claimJob(delivery(id, attempt))
    if (!claim) throw new Error('not claimed')
    expect(await failAttempt(claim, new AppError(code, 'no'))).toBe('failed')
    expect(await jobOf(id)).toMatchObject({ state: 'failed', error: code, attempt })
  })

  it('whose workers die again and again ends clearly', async () => {
    const id = await ask()
    expect(await claimJob(delivery(id))).toBeDefined()
    for (let attempt = 1; attempt <= takeOversMax; attempt += 1) {
      await silence(id, 11)
      expect(await claimJob(delivery(id, attempt))).toMatchObject({ attempt: attempt + 1, failures: 0 })
    }
    await silence(id, 11)
    expect(await claimJob(delivery(id, takeOversMax + 1))).toBeUndefined()
    expect(await jobOf(id)).toMatchObject({ state: 'failed', error: 'worker-lost' })
  })

  it('of a team that is gone is nothing', async () => {
    expect(await claimJob({ tenantId: newId(), jobId: newId(), attempt: 1 })).toBeUndefined()
  })
})

describe('the word that there is work', () => {
  it('is never spoken inside the transaction that asks, and at most four times a second after commits', async () => {
    let words = 0
    const ready = Promise.withResolvers<void>()
    const listener = listen({ kstone_outbox: () => (words += 1) }, ready.resolve)
    await ready.promise
    await ask()
    await delay(300)
    expect(words).toBe(0)
    for (let count = 0; count < 20; count += 1) {
      await mutate(team, async (db) => {
        const id = await enqueue(db, team, { kind: 'send-invitation-mail', payload: { invitationId: newId() } })
        return { result: id, action: 'invitation.created', target: { kind: 'invitation', id, label: 'x' } }
      })
    }
    await expect.poll(() => words, { timeout: 2_000 }).toBeGreaterThan(0)
    await delay(300)
    await listener.close()
    expect(words).toBeLessThan(12)
  })
})

describe('a job of a kind only a newer build knows', () => {
  const turnInto = (id: string, state: string) =>
    asSuperuser(place.database, `UPDATE job SET "kind" = 'from-the-future', "state" = $2 WHERE "id" = $1`, [id, state])

  it('stays queued for the workers of that build', async () => {
    const id = await ask()
    await turnInto(id, 'queued')
    expect(await claimJob(delivery(id))).toBeUndefined()
    expect(await jobOf(id)).toMatchObject({ state: 'queued', attempt: 1 })
  })

  it('is left alone when its worker gives no sign of life, and takes no other job its turn', async () => {
    const id = await ask()
    await turnInto(id, 'running')
    await silence(id, 60)
    expect(await claimJob(delivery(id))).toBeUndefined()
    expect(await jobOf(id)).toMatchObject({ state: 'running', attempt: 1 })
    const own = await ask()
    await relayOutbox()
    await sharedRedis().del(`kstone:mail:job-${own}-1`)
    await asSuperuser(place.database, `UPDATE job SET "state" = 'running' WHERE "id" = $1`, [own])
    await silence(own, 60)
    await republishLostJobs()
    expect([await inRedis(id), await inRedis(own)]).toEqual([0, 1])
  })
})

describe('a delivery that crashes', () => {
  it('is counted and logged', async () => {
    const consumer = consumeJobs('crashes', {
      concurrency: 1,
      schema: deliverySchema,
      handle: () => Promise.reject(new Error('broken')),
    })
    await publishJobs('crashes', [publication(newId())])
    const crashes = async () =>
      (await metrics.jobs.get()).values.find(({ labels }) => labels.outcome === 'crashed')?.value ?? 0
    await expect.poll(crashes, { timeout: 5_000 }).toBe(1)
    await consumer.close()
  })
})
