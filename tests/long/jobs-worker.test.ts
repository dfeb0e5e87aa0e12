import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withTenant } from '#lib/db/tenant.ts'
import { hashToken, newId, newSecretToken } from '#lib/ids.ts'
import { enqueue } from '#lib/jobs/enqueue.ts'
import { closeSharedRedis, sharedRedis, untilRedisIsReady } from '#lib/queue/connections.ts'
import { publishJobs } from '#lib/queue/publish-jobs.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { sealTenantSecret } from '#lib/tenancy/tenant-keys.ts'
import type { MailServer } from '#tests/support/mail-server.ts'
import { startMailServer } from '#tests/support/mail-server.ts'
import { startOwnRedis } from '#tests/support/own-redis.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'
import { startWorkerProcess } from '#tests/support/worker.ts'

let place: Workplace
let mailServer: MailServer
let team: TenantContext
/** How long the mail server thinks about each mail. */
let thinkMs = 0

beforeAll(async () => {
  mailServer = await startMailServer({
    onRcptTo: (_address, _session, done) => setTimeout(done, thinkMs),
  })
  place = await openWorkplace({ SMTP_URL: mailServer.url, SMTP_FROM: 'kstone@example.com' })
  team = await createTeam({ name: 'Plätform <b>' })
  await untilRedisIsReady(5_000)
})

afterAll(async () => {
  closeSharedRedis()
  await mailServer[Symbol.asyncDispose]()
})

interface Invited {
  id: string
  jobId: string
  token: string
  email: string
}

function inviteBy(author: TenantContext): Promise<Invited> {
  const id = newId()
  const token = newSecretToken('kin')
  const { tenantId } = author
  return withTenant(tenantId, async (db) => {
    const place = { tenantId, table: 'invitation', row: id, column: 'tokenSealed' }
    const email = `${id}@example.com`
    await db.invitation.create({
      data: {
        tenantId,
        id,
        email,
        role: 'viewer',
        tokenHash: hashToken(token),
        tokenSealed: await sealTenantSecret(db, token, place),
        invitedBy: 'ada@example.com',
        expiresAt: new Date(Date.now() + 86_400_000),
      },
    })
    const jobId = await enqueue(db, author, { kind: 'send-invitation-mail', payload: { invitationId: id } })
    return { id, jobId, token, email }
  })
}

async function inviteMany(count: number): Promise<Invited[]> {
  const invited: Invited[] = []
  while (invited.length < count) {
    const batch = Math.min(5, count - invited.length)
    invited.push(...(await Promise.all(Array.from({ length: batch }, () => inviteBy(team)))))
  }
  return invited
}
const publicationOf = ({ jobId }: Invited) => ({
  tenantId: team.tenantId,
  jobId,
  attempt: 1,
  kind: 'send-invitation-mail',
  priority: 5,
  rank: 1,
})
const mailsTo = (email: string) => mailServer.mails.filter(({ to }) => to.includes(email))
const statesOf = async (invited: Invited[]) => {
  const { rows } = await asSuperuser(place.database, 'SELECT "state" FROM job WHERE "id" = ANY($1)', [
    invited.map(({ jobId }) => jobId),
  ])
  return rows.map(({ state }) => state)
}
const allDone = (invited: Invited[], timeout: number) =>
  expect.poll(() => statesOf(invited), { timeout, interval: 100 }).toEqual(invited.map(() => 'done'))

describe('a worker', () => {
  it('mails an invitation within 5 s of its commit, once, and forgets the token', async () => {
    await using worker = await startWorkerProcess(place.env)
    const invited = await inviteBy(team)
    await expect.poll(() => mailsTo(invited.email).length, { timeout: 5_000, interval: 20 }).toBe(1)
    await allDone([invited], 5_000)
    const mail = mailsTo(invited.email)[0]
    expect(mail?.text).toContain(`${place.env.PUBLIC_URL}/invitation#${invited.token}`)
    expect(mail?.text).toContain('Plätform <b>')
    expect(mail?.raw.split('text/html')[1]).toContain('Pl=C3=A4tform &lt;b&gt;')
    expect(mail?.raw.split('text/html')[1]).not.toContain('<b>')
    expect(mail?.headers.get('message-id')).toBe(`<invitation-${invited.id}@localhost>`)
    const { rows } = await asSuperuser(
      place.database,
      'SELECT "tokenSealed", "mailedAt" FROM invitation WHERE "id" = $1',
      [invited.id],
    )
    expect(rows).toEqual([{ tokenSealed: null, mailedAt: expect.any(Date) }])
    expect(worker.output()).not.toContain(invited.token)
  })

  it('does once what is delivered many times, in parallel too', async () => {
    const workers = await Promise.all([startWorkerProcess(place.env), startWorkerProcess(place.env)])
    await using _one = workers[0]
    await using _two = workers[1]
    const invited = await inviteMany(20)
    for (let round = 0; round < 5; round += 1) {
      await publishJobs('mail', invited.map(publicationOf))
    }
    await allDone(invited, 10_000)
    await publishJobs('mail', invited.map(publicationOf))
    await expect.poll(() => sharedRedis().keys('kstone:mail:job-*'), { timeout: 5_000 }).toEqual([])
    expect(invited.map(({ email }) => mailsTo(email).length)).toEqual(invited.map(() => 1))
    expect(await statesOf(invited)).toEqual(invited.map(() => 'done'))
  })

  it('takes over within 20 s what a killed worker was at', async () => {
    thinkMs = 6_000
    await using dying = await startWorkerProcess(place.env)
    const invited = await inviteMany(3)
    await expect.poll(() => statesOf(invited), { timeout: 10_000, interval: 20 }).toEqual(invited.map(() => 'running'))
    dying.signal('SIGKILL')
    await dying.exited
    thinkMs = 0
    await using _heir = await startWorkerProcess(place.env)
    await allDone(invited, 20_000)
    expect(invited.map(({ email }) => mailsTo(email).length)).toEqual(invited.map(() => 1))
  })

  it('loses nothing when Redis forgets everything in the middle of the work', async () => {
    thinkMs = 50
    await using _worker = await startWorkerProcess(place.env)
    const invited = await inviteMany(100)
    await expect
      .poll(() => invited.filter(({ email }) => mailsTo(email).length > 0).length, { timeout: 5_000, interval: 10 })
      .toBeGreaterThan(10)
    await sharedRedis().flushdb()
    await allDone(invited, 30_000)
    expect(invited.map(({ email }) => mailsTo(email).length)).toEqual(invited.map(() => 1))
    thinkMs = 0
  })

  it('begins within 5 s after Redis is back what was asked for while it was away', async () => {
    await using redis = await startOwnRedis()
    await using worker = await startWorkerProcess({ ...place.env, REDIS_URL: redis.url })
    await redis.kill()
    const invited = await inviteMany(10)
    await expect.poll(() => worker.output(), { timeout: 5_000 }).toContain('relay-outbox failed')
    await redis.start()
    await allDone(invited, 5_000)
    expect(invited.map(({ email }) => mailsTo(email).length)).toEqual(invited.map(() => 1))
  })

  it('refuses to start with a Redis that throws keys away', async () => {
    await using redis = await startOwnRedis('--maxmemory-policy', 'allkeys-lru')
    await expect(startWorkerProcess({ ...place.env, REDIS_URL: redis.url })).rejects.toThrow(/noeviction/)
  })

  it('ends within 25 s of SIGTERM with its jobs done, and the next worker finds none half done', async () => {
    thinkMs = 4_000
    await using worker = await startWorkerProcess(place.env)
    const invited = await inviteMany(5)
    await expect.poll(() => statesOf(invited), { timeout: 10_000, interval: 20 }).toEqual(invited.map(() => 'running'))
    const startedAt = Date.now()
    worker.signal('SIGTERM')
    expect(await worker.exited).toBe(0)
    expect(Date.now() - startedAt).toBeLessThan(25_000)
    expect(await statesOf(invited)).toEqual(invited.map(() => 'done'))
    expect(invited.map(({ email }) => mailsTo(email).length)).toEqual(invited.map(() => 1))
    thinkMs = 0
  })

  it('gives back what does not end in time, and fails nothing', async () => {
    thinkMs = 60_000
    await using worker = await startWorkerProcess(place.env)
    const invited = await inviteMany(2)
    await expect.poll(() => statesOf(invited), { timeout: 10_000, interval: 20 }).toEqual(invited.map(() => 'running'))
    const startedAt = Date.now()
    worker.signal('SIGTERM')
    expect(await worker.exited).toBe(0)
    expect(Date.now() - startedAt).toBeLessThan(25_000)
    expect(await statesOf(invited)).toEqual(['queued', 'queued'])
    thinkMs = 0
    await using _next = await startWorkerProcess(place.env)
    await allDone(invited, 20_000)
  })

  it('refuses to start with a database login that walks through the walls', async () => {
    const env = { ...place.env, DATABASE_URL_APP: place.database.adminUrl }
    await expect(startWorkerProcess(env)).rejects.toThrow(/is a superuser/)
  })
})
