import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Permission } from '#lib/contracts/roles.ts'
import { newId } from '#lib/ids.ts'
import { closeSharedRedis, untilRedisIsReady } from '#lib/queue/connections.ts'
import { createApiKey } from '#lib/services/api-keys/create-api-key.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { permissionsOf } from '#lib/tenancy/permissions.ts'
import type { MailServer } from '#tests/support/mail-server.ts'
import { startMailServer } from '#tests/support/mail-server.ts'
import type { OwnRedis } from '#tests/support/own-redis.ts'
import { startOwnRedis } from '#tests/support/own-redis.ts'
import { buildApp } from '#tests/support/stack.ts'
import { startWebProcess } from '#tests/support/web-process.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'
import { startWorkerProcess } from '#tests/support/worker.ts'

let place: Workplace
let redis: OwnRedis
let mailServer: MailServer

beforeAll(async () => {
  await buildApp()
  redis = await startOwnRedis()
  mailServer = await startMailServer()
  place = await openWorkplace({
    NODE_ENV: 'test',
    REDIS_URL: redis.url,
    SMTP_URL: mailServer.url,
    SMTP_FROM: 'kstone@example.com',
  })
  await untilRedisIsReady(5_000)
})
afterAll(async () => {
  closeSharedRedis()
  await mailServer[Symbol.asyncDispose]()
  await redis[Symbol.asyncDispose]()
})

/** What takes long is to start so many of them. */
const atOnce = 3

interface Asker {
  team: TenantContext
  secret: string
}

async function newAsker(): Promise<Asker> {
  const team = await createTeam({ plan: 'enterprise' })
  // A key hands out no more than it holds itself.
  const scopes: Permission[] = [...permissionsOf('viewer'), 'invitations:write']
  const { secret } = await createApiKey(team, { name: 'ci', scopes, expiresInDays: 1 })
  return { team, secret }
}

/** Asks for an invitation as a client does that tries again after a lost answer. Gives the status, 0 without an answer. */
async function invite(url: string, { secret }: Asker, email: string): Promise<number> {
  try {
    const response = await fetch(`${url}/api/v1/invitations`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secret}`,
        'content-type': 'application/json',
        'idempotency-key': email,
      },
      body: JSON.stringify({ email, role: 'viewer' }),
    })
    await response.text()
    return response.status
  } catch {
    return 0
  }
}

const newAddresses = (count: number) => Array.from({ length: count }, () => `${newId()}@example.com`)
const mailsTo = (email: string) => mailServer.mails.filter(({ to }) => to.includes(email)).length
const jobsOf = async ({ team }: Asker) => {
  const { rows } = await asSuperuser(place.database, 'SELECT "state", "failures" FROM job WHERE "tenantId" = $1', [
    team.tenantId,
  ])
  return rows
}

describe('an answer of the API', () => {
  it('is given while Redis is down, and what it promised is done within 5 s after Redis is back', async () => {
    const asker = await newAsker()
    await using web = await startWebProcess(place.env)
    await using _worker = await startWorkerProcess(place.env)
    await redis.kill()
    const emails = newAddresses(20)
    for (const email of emails) expect(await invite(web.url, asker, email)).toBe(201)
    expect(emails.map(mailsTo)).toEqual(emails.map(() => 0))
    await redis.start()
    await expect.poll(() => emails.map(mailsTo), { timeout: 5_000, interval: 20 }).toEqual(emails.map(() => 1))
  })
})

describe('a web process that is killed twenty times', () => {
  it.each(['before-outbox-insert', 'after-outbox-insert', 'before-work-notify', 'before-event-notify'] as const)(
    'at %s loses nothing it has answered for, and nothing is done twice when it is asked again',
    async (point) => {
      const asker = await newAsker()
      await using _worker = await startWorkerProcess(place.env)
      const emails = newAddresses(20)
      const answered: string[] = []
      const askDying = async (email: string) => {
        await using dying = await startWebProcess({ ...place.env, KSTONE_FAULT: point })
        if ((await invite(dying.url, asker, email)) === 201) answered.push(email)
        expect(await dying.exited).toBeNull()
      }
      for (let begun = 0; begun < emails.length; begun += atOnce)
        await Promise.all(emails.slice(begun, begun + atOnce).map(askDying))
      await expect.poll(() => answered.map(mailsTo), { timeout: 5_000 }).toEqual(answered.map(() => 1))
      await using web = await startWebProcess(place.env)
      for (const email of emails) expect(await invite(web.url, asker, email)).toBe(201)
      await expect.poll(() => emails.map(mailsTo), { timeout: 10_000 }).toEqual(emails.map(() => 1))
      await expect
        .poll(() => jobsOf(asker), { timeout: 5_000 })
        .toEqual(emails.map(() => ({ state: 'done', failures: 0 })))
      expect(emails.map(mailsTo)).toEqual(emails.map(() => 1))
    },
  )
})
