import { describe, expect, test } from 'vitest'
import { AppError } from '#lib/errors.ts'
import type { Token } from './tokens.ts'
import { TokenCache } from './tokens.ts'

const { signal } = new AbortController()

/** Gives tokens with the number of the fetch, after a turn of the loop. */
function source(outcome: (count: number) => Token | Error = (count) => ({ kind: 'token', text: String(count) })) {
  let count = 0
  const fetch = async () => {
    count += 1
    const result = outcome(count)
    await new Promise(setImmediate)
    if (result instanceof Error) throw result
    return result
  }
  return { fetch, count: () => count }
}

describe('tokens', () => {
  test('are fetched once however many ask at once, and again only after a refusal', async () => {
    const cache = new TokenCache()
    const { fetch, count } = source()
    const asked = await Promise.all(Array.from({ length: 20 }, () => cache.get('a', fetch, signal)))
    const [token] = asked
    expect([new Set(asked).size, count()]).toEqual([1, 1])
    if (token) for (let times = 0; times < 20; times += 1) cache.refuse('a', token)
    await Promise.all(Array.from({ length: 20 }, () => cache.get('a', fetch, signal)))
    if (token) cache.refuse('a', token)
    await cache.get('a', fetch, signal)
    expect(count()).toBe(2)
  })

  test('of one user are none of another', async () => {
    const cache = new TokenCache()
    const { fetch, count } = source()
    await Promise.all([cache.get('a', fetch, signal), cache.get('b', fetch, signal)])
    expect(count()).toBe(2)
  })

  test('are asked for at the next member when the first does not answer', async () => {
    const cache = new TokenCache()
    const dead = source(() => new AppError('etcd-unavailable', 'down'))
    const alive = source()
    const [first, second] = await Promise.allSettled([
      cache.get('a', dead.fetch, signal),
      cache.get('a', alive.fetch, signal),
    ])
    expect([first.status, second.status, alive.count()]).toEqual(['rejected', 'fulfilled', 1])
  })

  test('are not asked for again at once with a password that was refused', async () => {
    const cache = new TokenCache()
    const { fetch, count } = source(() => new AppError('etcd-auth-failed', 'no'))
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => cache.get('a', fetch, signal)))
    await expect(cache.get('a', fetch, signal)).rejects.toMatchObject({ code: 'etcd-auth-failed' })
    expect([tries.every(({ status }) => status === 'rejected'), count()]).toEqual([true, 1])
  })

  test('are no longer waited for by somebody who gave up, while the others get theirs', async () => {
    const cache = new TokenCache()
    const { fetch } = source()
    const caller = new AbortController()
    const first = cache.get('a', fetch, caller.signal)
    const second = cache.get('a', fetch, signal)
    caller.abort(new Error('gave up'))
    await expect(first).rejects.toThrow('gave up')
    await expect(second).resolves.toMatchObject({ text: '1' })
  })
})
