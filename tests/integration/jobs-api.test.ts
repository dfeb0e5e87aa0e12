import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listJobsQuery } from '#lib/contracts/jobs.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { enqueue } from '#lib/jobs/enqueue.ts'
import { closeSharedRedis, untilRedisIsReady } from '#lib/queue/connections.ts'
import { cancelJob } from '#lib/services/jobs/cancel-job.ts'
import type { ClaimedJob } from '#lib/services/jobs/claim-job.ts'
import { claimJob } from '#lib/services/jobs/claim-job.ts'
import { getJob } from '#lib/services/jobs/get-job.ts'
import { flushJobNews } from '#lib/services/jobs/job-news.ts'
import { keepJobAlive } from '#lib/services/jobs/keep-job-alive.ts'
import { listJobs } from '#lib/services/jobs/list-jobs.ts'
import { retryJob } from '#lib/services/jobs/retry-job.ts'
import { saveProgress } from '#lib/services/jobs/save-progress.ts'
import { completeJob, endCancelledJob, failAttempt, giveJobBack } from '#lib/services/jobs/settle-job.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace
let team: TenantContext

beforeAll(async () => {
  place = await openWorkplace()
  team = await createTeam()
  await untilRedisIsReady(5_000)
})
afterAll(() => closeSharedRedis())

function ask(author = team, subjectId = 'none'): Promise<string> {
  return withTenant(author.tenantId, (db) =>
    enqueue(db, author, {
      kind: 'send-invitation-mail',
      payload: { invitationId: newId() },
      subject: { kind: 'invitation', id: subjectId, label: 'grace@example.com' },
    }),
  )
}

async function claim(jobId: string, attempt = 1): Promise<ClaimedJob> {
  const job = await claimJob({ tenantId: team.tenantId, jobId, attempt })
  if (!job) throw new Error('not claimed')
  return job
}

const query = (filter: object) => listJobsQuery.parse(filter)
const refused = new AppError('mail-refused', 'no')

describe('the list of jobs', () => {
  it('pages, newest first, through the jobs of one state, kind or subject, and shows nothing of another team', async () => {
    const own = await createTeam()
    await ask(team, 'a')
    const ids: string[] = []
    for (const subject of ['a', 'b', 'a']) ids.push(await ask(own, subject))
    const first = await listJobs(own, query({ limit: 2 }))
    const second = await listJobs(own, query({ limit: 2, cursor: first.nextCursor }))
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.toReversed())
    expect(second.nextCursor).toBeNull()
    expect((await listJobs(own, query({ subject: 'a' }))).items).toHaveLength(2)
    expect((await listJobs(own, query({ state: 'running' }))).items).toHaveLength(0)
    expect((await listJobs(own, query({ kind: 'send-invitation-mail' }))).items).toHaveLength(3)
    await expect(listJobs(own, query({ state: 'done', cursor: first.nextCursor }))).rejects.toThrow(/cursor/)
  })

  it('says who asked and about what, and never the payload', async () => {
    const id = await ask(team, 'c')
    const job = await getJob(team, { jobId: id })
    expect(job).toMatchObject({
      state: 'queued',
      actor: team.actor,
      subject: { kind: 'invitation', id: 'c', label: 'grace@example.com' },
      isPublished: false,
    })
    expect(JSON.stringify(job)).not.toContain('invitationId')
    await expect(getJob(await createTeam(), { jobId: id })).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('cancelling', () => {
  it('ends at once a job that waits; its delivery is nothing then', async () => {
    const id = await ask()
    expect(await cancelJob(team, { jobId: id })).toMatchObject({ state: 'cancelled', error: null })
    expect(await claimJob({ tenantId: team.tenantId, jobId: id, attempt: 1 })).toBeUndefined()
    await expect(cancelJob(team, { jobId: id })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('tells the worker of a running job with its next sign of life', async () => {
    const job = await claim(await ask())
    expect(await keepJobAlive(job)).toBe('ours')
    expect(await cancelJob(team, job)).toMatchObject({ state: 'running', cancelRequestedAt: expect.any(String) })
    expect(await keepJobAlive(job)).toBe('cancel-requested')
    expect(await endCancelledJob(job)).toBe('cancelled')
    expect(await getJob(team, job)).toMatchObject({ state: 'cancelled', finishedAt: expect.any(String) })
  })

  it('ends a called-off job that fails, is given back or loses its worker, instead of running it again', async () => {
    const [failing, given, orphaned] = [await claim(await ask()), await claim(await ask()), await claim(await ask())]
    for (const job of [failing, given, orphaned]) await cancelJob(team, job)
    expect(await failAttempt(failing, new AppError('mail-unavailable', 'away'))).toBe('cancelled')
    expect(await giveJobBack(given)).toBe('cancelled')
    await asSuperuser(place.database, `UPDATE job SET "seenAt" = now() - interval '11 s' WHERE "id" = $1`, [
      orphaned.jobId,
    ])
    expect(await claimJob(orphaned)).toBeUndefined()
    for (const job of [failing, given, orphaned]) expect((await getJob(team, job)).state).toBe('cancelled')
  })

  it('comes too late for a job that was done meanwhile', async () => {
    const job = await claim(await ask())
    await cancelJob(team, job)
    expect(await completeJob(job, { mails: 1 })).toBe('done')
    expect(await getJob(team, job)).toMatchObject({ state: 'done', result: { mails: 1 } })
  })
})

describe('retrying by hand', () => {
  it('does a failed job again as its next attempt, with all tries before it', async () => {
    const job = await claim(await ask())
    await saveProgress(job, { done: 3, total: 9, step: null })
    expect(await failAttempt(job, refused)).toBe('failed')
    expect(await getJob(team, job)).toMatchObject({ error: 'mail-refused', failures: 1, progress: { done: 3 } })
    expect(await retryJob(team, job)).toMatchObject({ state: 'queued', error: null, failures: 0, progress: null })
    expect(await claim(job.jobId, 2)).toMatchObject({ attempt: 2, failures: 0 })
    expect(await completeJob(job)).toBe('fenced')
  })

  it('is refused while a job is to be done, and when it is done', async () => {
    const id = await ask()
    await expect(retryJob(team, { jobId: id })).rejects.toMatchObject({ code: 'conflict' })
    const job = await claim(id)
    await completeJob(job)
    await expect(retryJob(team, job)).rejects.toMatchObject({ code: 'conflict' })
    await expect(retryJob(team, { jobId: newId() })).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('giving a job back', () => {
  it('costs it no try, however often', async () => {
    const id = await ask()
    for (let attempt = 1; attempt <= 12; attempt += 1) {
      const job = await claim(id, attempt)
      expect(job.failures).toBe(0)
      expect(await giveJobBack(job)).toBe('given-back')
    }
    expect(await getJob(team, { jobId: id })).toMatchObject({ state: 'queued', failures: 0, error: null })
  })
})

describe('the word that jobs have changed', () => {
  it('is one event for many changes, and names the jobs', async () => {
    const own = await createTeam()
    const ids = await Promise.all(Array.from({ length: 20 }, () => ask(own)))
    for (const jobId of ids) await claimJob({ tenantId: own.tenantId, jobId, attempt: 1 })
    await flushJobNews()
    const { rows } = await asSuperuser(
      place.database,
      `SELECT "payload" FROM event WHERE "tenantId" = $1 AND "kind" = 'job.changed'`,
      [own.tenantId],
    )
    expect(rows.length).toBeLessThanOrEqual(2)
    expect(rows.flatMap(({ payload }) => payload.jobIds).toSorted()).toEqual(ids.toSorted())
  })
})
