import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { route } from '#lib/api/route.ts'
import { closeSharedRedis, sharedRedis, untilRedisIsReady } from '#lib/queue/connections.ts'
import { checkReadiness } from '#lib/services/health/check-readiness.ts'
import type { OwnRedis } from '#tests/support/own-redis.ts'
import { startOwnRedis } from '#tests/support/own-redis.ts'
import { openWorkplace } from '#tests/support/work-team.ts'

let redis: OwnRedis

beforeAll(async () => {
  redis = await startOwnRedis()
  await openWorkplace({ REDIS_URL: redis.url })
  await untilRedisIsReady(5_000)
})

afterAll(async () => {
  closeSharedRedis()
  await redis[Symbol.asyncDispose]()
})

const hello = route({
  summary: 'Says hello.',
  access: 'public',
  response: { status: 200, schema: z.strictObject({ hello: z.string() }) },
  handle: async () => ({ hello: 'there' }),
})

async function ask(): Promise<{ status: number; tookMs: number }> {
  const startedAt = Date.now()
  const response = await hello(new Request('http://localhost/api/v1/hello'), { params: Promise.resolve({}) })
  return { status: response.status, tookMs: Date.now() - startedAt }
}

describe('a Redis that hangs', () => {
  it('costs the first requests a second, later ones nothing, and readiness says so until it is back', async () => {
    expect(await ask()).toMatchObject({ status: 200 })
    expect(await checkReadiness()).toMatchObject({ isReady: true })
    redis.hang()
    const first = await Promise.all([ask(), ask(), ask()])
    expect(first.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(Math.max(...first.map(({ tookMs }) => tookMs))).toBeLessThan(3_000)

    await expect.poll(() => sharedRedis().status, { timeout: 5_000 }).not.toBe('ready')
    for (let count = 0; count < 10; count += 1) expect((await ask()).tookMs).toBeLessThan(500)
    expect((await checkReadiness()).checks.redis).toBe('not reachable')

    redis.wake()
    await expect.poll(() => checkReadiness(), { timeout: 10_000 }).toMatchObject({ isReady: true })
    expect(await ask()).toMatchObject({ status: 200 })
  })
})
