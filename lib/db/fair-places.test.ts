import { describe, expect, it } from 'vitest'
import { createFairPlaces } from './fair-places.ts'

const tick = () => new Promise((resolve) => setImmediate(resolve))

/** Work that ends when told to. */
function held() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { work: () => promise, end: () => resolve() }
}

describe('places of an owner', () => {
  it('are taken by so many at once and no more, in the order of arrival', async () => {
    const places = createFairPlaces(2, 1_000)
    const order: number[] = []
    const works = Array.from({ length: 5 }, held)
    const runs = works.map(({ work }, index) =>
      places.run('a', () => {
        order.push(index)
        return work()
      }),
    )
    await tick()
    expect(order).toEqual([0, 1])
    works[1]?.end()
    await tick()
    expect(order).toEqual([0, 1, 2])
    for (const { end } of works) end()
    await Promise.all(runs)
    expect(order).toEqual([0, 1, 2, 3, 4])
  })

  it('are each owner’s own: a full line delays nobody else', async () => {
    const places = createFairPlaces(1, 1_000)
    const busy = held()
    const blocked = places.run('a', busy.work)
    expect(await places.run('b', () => Promise.resolve('done'))).toBe('done')
    busy.end()
    await blocked
  })

  it('are given back by work that fails', async () => {
    const places = createFairPlaces(1, 1_000)
    await expect(places.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await places.run('a', () => Promise.resolve('next'))).toBe('next')
  })

  it('are waited for no longer than promised, and whoever gave up takes none', async () => {
    const places = createFairPlaces(1, 20)
    const busy = held()
    const running = places.run('a', busy.work)
    await expect(places.run('a', () => Promise.resolve())).rejects.toMatchObject({ code: 'dependency-unavailable' })
    busy.end()
    await running
    expect(await places.run('a', () => Promise.resolve('free'))).toBe('free')
  })
})
