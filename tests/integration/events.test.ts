import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { withSystem } from '#lib/db/system.ts'
import { newId } from '#lib/ids.ts'
import { metrics } from '#lib/metrics.ts'
import { closeSharedRedis, untilRedisIsReady } from '#lib/queue/connections.ts'
import { openEventStream } from '#lib/services/events/open-event-stream.ts'
import { pollEvents } from '#lib/services/events/poll-events.ts'
import { closeStreamHub } from '#lib/services/events/stream-hub.ts'
import { countLiveStreams } from '#lib/services/events/stream-places.ts'
import { mutate } from '#lib/services/mutate.ts'
import { announceAccessChange } from '#lib/tenancy/access-changes.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace
const open: Reader[] = []

beforeAll(async () => {
  place = await openWorkplace()
  await untilRedisIsReady(5_000)
})

afterEach(() => {
  for (const reader of open.splice(0)) reader.close()
})

afterAll(async () => {
  await closeStreamHub()
  closeSharedRedis()
})

interface Message {
  event: string
  id: string | undefined
  data: unknown
}

interface Reader {
  /** Resolves once a message passes; the bound is the promise under test. */
  next(wanted: (message: Message) => boolean, timeoutMs?: number): Promise<Message>
  ended(timeoutMs: number): Promise<void>
  messages: Message[]
  text(): string
  close(): void
}

async function read(team: TenantContext, lastEventId?: string): Promise<Reader> {
  const leaving = new AbortController()
  const ctx = { ...team, signal: leaving.signal, ...(lastEventId === undefined ? {} : { lastEventId }) }
  const { body } = await openEventStream(ctx)
  const messages: Message[] = []
  let text = ''
  let wake = Promise.withResolvers<void>()
  let isOver = false
  const done = (async () => {
    const decoder = new TextDecoder()
    for await (const piece of body) {
      text += decoder.decode(piece, { stream: true })
      messages.splice(0, messages.length, ...parse(text))
      wake.resolve()
      wake = Promise.withResolvers()
    }
    isOver = true
    wake.resolve()
  })()
  const within = <T>(timeoutMs: number, work: Promise<T>) =>
    Promise.race([
      work,
      new Promise<never>((_, reject) =>
        setTimeout(() => reject(new Error(`not within ${timeoutMs} ms; got ${text}`)), timeoutMs).unref(),
      ),
    ])
  const reader: Reader = {
    messages,
    text: () => text,
    close: () => leaving.abort(),
    ended: (timeoutMs) => within(timeoutMs, done),
    next: (wanted, timeoutMs = 2_000) =>
      within(
        timeoutMs,
        (async () => {
          for (;;) {
            const found = messages.find(wanted)
            if (found) return found
            if (isOver) throw new Error(`the stream ended; got ${text}`)
            await wake.promise
          }
        })(),
      ),
  }
  open.push(reader)
  return reader
}

function parse(text: string): Message[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .filter((block) => block.includes('data:'))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
      return { event: field('event') ?? 'message', id: field('id'), data: JSON.parse(field('data') ?? 'null') }
    })
}

function change(team: TenantContext, kind = 'team.updated') {
  return mutate(team, async () => ({
    result: 0,
    action: kind,
    target: { kind: 'team', id: team.tenantId, label: 'x' },
    event: { kind, payload: { teamId: team.tenantId } },
  }))
}

describe('the live stream', () => {
  it('greets a new reader with the newest id and tells each change within a second', async () => {
    const team = await createTeam()
    await change(team)
    const reader = await read(team)
    expect(await reader.next(({ event }) => event === 'hello')).toMatchObject({ id: '1' })
    expect(reader.text()).toMatch(/^retry: 2000\n\n/)
    await change(team, 'member.joined')
    const message = await reader.next(({ event }) => event === 'message', 1_000)
    expect(message).toEqual({
      event: 'message',
      id: '2',
      data: { id: '2', kind: 'member.joined', payload: { teamId: team.tenantId } },
    })
  })

  it('tells each of 200 changes at once, in order, to all of 20 readers', async () => {
    const team = await createTeam()
    const readers = await Promise.all(Array.from({ length: 20 }, () => read(team)))
    await Promise.all(Array.from({ length: 200 }, () => change(team)))
    for (const reader of readers) {
      await reader.next(({ id, event }) => event === 'message' && id === '200', 10_000)
      const ids = reader.messages.filter(({ event }) => event === 'message').map(({ id }) => id)
      expect(ids).toEqual(Array.from({ length: 200 }, (_, n) => String(n + 1)))
    }
  })

  it('notifies at most four times a second and team', async () => {
    const team = await createTeam()
    const payloads: string[] = []
    const { listen } = await import('#lib/db/listen.ts')
    const ready = Promise.withResolvers<void>()
    const listener = listen({ kstone_events: (payload) => payloads.push(payload) }, ready.resolve)
    await ready.promise
    const startedAt = Date.now()
    while (Date.now() - startedAt < 1_000) await change(team)
    await new Promise((resolve) => setTimeout(resolve, 400))
    await listener.close()
    const own = payloads.filter((payload) => payload.startsWith(team.tenantId))
    expect(own.length).toBeGreaterThan(1)
    expect(own.length).toBeLessThanOrEqual(6)
  })

  it('goes on behind the last id a reader saw', async () => {
    const team = await createTeam()
    for (const kind of ['a.a', 'b.b', 'c.c']) await change(team, kind)
    const reader = await read(team, '1')
    await reader.next(({ id }) => id === '3')
    expect(reader.messages.map(({ id, event }) => `${event} ${id}`)).toEqual(['message 2', 'message 3'])
  })

  it.each([
    ['an id nobody had', '99'],
    ['something else than an id', 'x'],
    ['an id before everything that is still there', '1'],
  ])('asks for everything anew after %s', async (_what, lastEventId) => {
    const team = await createTeam()
    for (const _ of [1, 2, 3, 4]) await change(team)
    await asSuperuser(place.database, 'DELETE FROM event WHERE "tenantId" = $1 AND "seq" <= 3', [team.tenantId])
    const reader = await read(team, lastEventId)
    expect(await reader.next(({ event }) => event === 'resync')).toMatchObject({ id: '4' })
    await change(team)
    await reader.next(({ id }) => id === '5')
  })

  it('says nothing of another team', async () => {
    const [one, other] = [await createTeam(), await createTeam()]
    const reader = await read(one)
    await reader.next(({ event }) => event === 'hello')
    await change(other, 'other.secret')
    await change(one, 'own.change')
    await reader.next(({ event }) => event === 'message')
    expect(reader.text()).not.toContain('other.secret')
  })

  it('finds a change whose announcement was lost', async () => {
    const team = await createTeam()
    const reader = await read(team)
    await reader.next(({ event }) => event === 'hello')
    await asSuperuser(
      place.database,
      `WITH head AS (UPDATE event_head SET "seq" = 1 WHERE "tenantId" = $1)
       INSERT INTO event ("tenantId", "seq", "kind", "payload") VALUES ($1, 1, 'quiet.change', '{}')`,
      [team.tenantId],
    )
    expect(await reader.next(({ id, event }) => event === 'message' && id === '1', 5_000)).toBeDefined()
  })

  it('hears again after the database dropped its connections', async () => {
    const team = await createTeam()
    const reader = await read(team)
    await reader.next(({ event }) => event === 'hello')
    await asSuperuser(
      place.database,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'kstone-listen'`,
    )
    await change(team)
    expect(await reader.next(({ event }) => event === 'message', 5_000)).toBeDefined()
  })
})

describe('the end of access', () => {
  const endings: [string, (team: TenantContext) => Promise<unknown>, (team: TenantContext) => string | undefined][] = [
    [
      'the session is revoked',
      (team) =>
        withSystem((db) =>
          db.session.updateMany({ where: { id: team.session?.id ?? '' }, data: { revokedAt: new Date() } }),
        ),
      (team) => team.session?.id,
    ],
    [
      'the session expires',
      (team) =>
        withSystem((db) =>
          db.session.updateMany({ where: { id: team.session?.id ?? '' }, data: { expiresAt: new Date() } }),
        ),
      () => undefined,
    ],
    [
      'the session has been idle for too long',
      (team) =>
        withSystem((db) =>
          db.session.updateMany({ where: { id: team.session?.id ?? '' }, data: { seenAt: new Date(0) } }),
        ),
      () => undefined,
    ],
    [
      'the member is removed',
      (team) => withSystem((db) => db.membership.deleteMany({ where: { tenantId: team.tenantId } })),
      (team) => team.actor.id,
    ],
    [
      'the team is being deleted',
      (team) => asSuperuser(place.database, 'UPDATE tenant SET "closingAt" = now() WHERE "id" = $1', [team.tenantId]),
      (team) => team.tenantId,
    ],
  ]

  it.each(endings)('closes the stream within 5 s when %s, though nobody says so', async (_why, end) => {
    const team = await createTeam()
    const reader = await read(team)
    await reader.next(({ event }) => event === 'hello')
    await end(team)
    await reader.next(({ event }) => event === 'access-ended', 5_000)
    expect(await reader.ended(500)).toBeUndefined()
  })

  it.each(endings.filter(([, , announced]) => announced.length > 0))(
    'closes the stream within a second when it is announced that %s',
    async (_why, end, announced) => {
      const team = await createTeam()
      const [reader, bystander] = [await read(team), await read(await createTeam())]
      await reader.next(({ event }) => event === 'hello')
      await end(team)
      await announceAccessChange(announced(team) ?? '')
      await reader.next(({ event }) => event === 'access-ended', 1_000)
      expect(bystander.text()).not.toContain('access-ended')
    },
  )

  it('closes the stream of an API key that is revoked', async () => {
    const team = await createTeam()
    const apiKeyId = newId()
    const data = {
      tenantId: team.tenantId,
      id: apiKeyId,
      createdBy: team.actor.id,
      createdByEmail: 'x',
      keyHash: apiKeyId,
    }
    await asSuperuser(
      place.database,
      `INSERT INTO api_key ("tenantId", "id", "createdBy", "createdByEmail", "keyHash", "name", "prefix", "scopes", "expiresAt")
       VALUES ($1, $2, $3, $4, $5, 'ci', 'kst', '{}', now() + interval '1 day')`,
      Object.values(data),
    )
    const { session: _, ...key } = { ...team, actor: { kind: 'api-key' as const, id: apiKeyId, label: 'ci' } }
    const reader = await read(key)
    await reader.next(({ event }) => event === 'hello')
    await new Promise((resolve) => setTimeout(resolve, 4_500))
    expect(reader.text()).not.toContain('access-ended')
    await withSystem((db) => db.apiKey.updateMany({ where: { id: apiKeyId }, data: { revokedAt: new Date() } }))
    await announceAccessChange(apiKeyId)
    await reader.next(({ event }) => event === 'access-ended', 1_000)
  })

  it('does not come from reading: an open stream leaves the session as idle as it was', async () => {
    const team = await createTeam()
    const seenAt = async () =>
      (await withSystem((db) => db.session.findUniqueOrThrow({ where: { id: team.session?.id ?? '' } }))).seenAt
    const before = await seenAt()
    const reader = await read(team)
    await reader.next(({ event }) => event === 'hello')
    await new Promise((resolve) => setTimeout(resolve, 4_500))
    expect(await seenAt()).toEqual(before)
  })
})

describe('the quota of live streams', () => {
  it('refuses one stream more than the plan allows, and gives a place back when one is closed', async () => {
    const team = { ...(await createTeam()), quotas: { ...(await createTeam()).quotas, 'live-streams': 3 } }
    const readers = [await read(team), await read(team), await read(team)]
    await expect(read(team)).rejects.toMatchObject({ code: 'quota-exceeded', details: { limit: 3, used: 3 } })
    readers[0]?.close()
    await expect
      .poll(() =>
        read(team).then(
          () => 'open',
          (error) => error.code,
        ),
      )
      .toBe('open')
  })

  it('keeps no place of a stream that could not begin', async () => {
    const team = { ...(await createTeam()), tenantId: 'no team the database could ask for' }
    await expect(read(team)).rejects.toThrow()
    expect(await countLiveStreams(team.tenantId)).toBe(0)
  })

  it('counts the open streams of this process in its metrics', async () => {
    const openNow = async () => (await metrics.sseStreams.get()).values[0]?.value ?? 0
    const before = await openNow()
    const reader = await read(await createTeam())
    expect(await openNow()).toBe(before + 1)
    reader.close()
    expect(await openNow()).toBe(before)
  })
})

describe('the poll', () => {
  it('tells what the stream tells, page by page', async () => {
    const team = await createTeam()
    await change(team)
    expect(await pollEvents(team, {})).toEqual({ events: [], lastId: '1', resync: false })
    await change(team, 'member.joined')
    expect(await pollEvents(team, { after: '1' })).toEqual({
      events: [{ id: '2', kind: 'member.joined', payload: { teamId: team.tenantId } }],
      lastId: '2',
      resync: false,
    })
    expect(await pollEvents(team, { after: '2' })).toEqual({ events: [], lastId: '2', resync: false })
    expect(await pollEvents(team, { after: '7' })).toEqual({ events: [], lastId: '2', resync: true })
  })
})
