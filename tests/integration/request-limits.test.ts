import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { findVisitor } from '#lib/api/page.ts'
import { peerHeader } from '#lib/api/request-context.ts'
import { route } from '#lib/api/route.ts'
import { newId, newSecretToken } from '#lib/ids.ts'
import { closeSharedRedis, untilRedisIsReady } from '#lib/queue/connections.ts'
import { headersOf, newAddress, newPerson, newSession } from '#tests/support/signed-in.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace

beforeAll(async () => {
  place = await openWorkplace({ LOG_LEVEL: 'fatal' })
  await untilRedisIsReady(5_000)
})

afterAll(() => closeSharedRedis())

const response = { status: 200, schema: z.strictObject({}) } as const
const open = route({ summary: 'Anybody signed in.', access: 'self', response, handle: async () => ({}) })
const shut = route({ summary: 'Owners only.', access: 'team:delete', response, handle: async () => ({}) })
const door = route({ summary: 'Anybody.', access: 'public', response, handle: async () => ({}) })

async function statusOf(handler: typeof open, ip: string, headers: Headers | Record<string, string>): Promise<number> {
  const request = new Request('http://localhost/api/v1/x', { headers })
  request.headers.set(peerHeader, ip)
  return (await handler(request, { params: Promise.resolve({}) })).status
}

const madeUpKey = () => ({ authorization: `Bearer ${newSecretToken('kst')}` })
const countOf = (values: readonly number[], wanted: number) => values.filter((value) => value === wanted).length

async function inTurn(count: number, ask: (n: number) => Promise<number>): Promise<number[]> {
  const statuses: number[] = []
  for (let n = 0; n < count; n += 1) statuses.push(await ask(n))
  return statuses
}

describe('credentials that open nothing', () => {
  it('wait after 20 of them from one network, while those that opened something go on', async () => {
    const ip = newAddress()
    const cookie = await headersOf(await newSession(await newPerson()))
    expect(await statusOf(open, ip, cookie)).toBe(200)
    const statuses = await inTurn(40, () => statusOf(shut, ip, madeUpKey()))
    expect(statuses).toEqual([...new Array<number>(20).fill(401), ...new Array<number>(20).fill(429)])
    expect(await statusOf(open, ip, cookie)).toBe(200)
    expect(await statusOf(shut, newAddress(), madeUpKey())).toBe(401)
  })

  it('wait whichever address of its IPv6 network a household sends them from', async () => {
    const statuses = await inTurn(25, (n) => statusOf(shut, `2001:db8:1:2::${n.toString(16)}`, madeUpKey()))
    expect(countOf(statuses, 429)).toBe(5)
  })

  it('count once for one dead session, which never locks its network out of signing in', async () => {
    const ip = newAddress()
    const dead = await headersOf(newId())
    expect(countOf(await inTurn(60, () => statusOf(open, ip, dead)), 401)).toBe(60)
    dead.set(peerHeader, ip)
    expect(await findVisitor(dead)).toBeUndefined()
    expect(await statusOf(open, ip, await headersOf(await newSession(await newPerson())))).toBe(200)
  })
})

describe('the limit of an address', () => {
  it('is one for the whole IPv6 network of a household', async () => {
    // Bursts, since a slow machine may spread one of them over two seconds.
    await expect
      .poll(async () => {
        const asked = Array.from({ length: 40 }, (_, n) => statusOf(door, `2001:db8:7:7::${n.toString(16)}`, {}))
        return countOf(await Promise.all(asked), 429)
      })
      .toBeGreaterThan(0)
  })
})

describe('the limit of a team', () => {
  async function viewer() {
    const person = await newPerson()
    await asSuperuser(place.database, `UPDATE membership SET "role" = 'viewer' WHERE "tenantId" = $1`, [person.teamId])
    await asSuperuser(
      place.database,
      `UPDATE tenant SET "quotaOverrides" = '{"requests-per-second": 3}' WHERE "id" = $1`,
      [person.teamId],
    )
    return await headersOf(await newSession(person))
  }

  it('counts requests that are refused', async () => {
    const cookie = await viewer()
    await expect
      .poll(async () => {
        const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(shut, newAddress(), cookie)))
        expect(countOf(statuses, 403) + countOf(statuses, 429)).toBe(20)
        return countOf(statuses, 429)
      })
      .toBeGreaterThan(0)
  })

  it('holds for pages too', async () => {
    const cookie = await viewer()
    await expect
      .poll(async () => {
        const drawn = await Promise.allSettled(Array.from({ length: 20 }, () => findVisitor(cookie)))
        const refused = drawn.filter(({ status }) => status === 'rejected')
        for (const page of refused) expect(page).toMatchObject({ reason: { code: 'rate-limited' } })
        return refused.length
      })
      .toBeGreaterThan(0)
  })
})
