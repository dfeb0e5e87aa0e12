import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Places } from './places.ts'

const never = new AbortController().signal

test('places are given to so many at once, then in the order people came', async () => {
  const places = new Places(2)
  const held: Disposable[] = []
  const came: number[] = []
  const all = [0, 1, 2, 3, 4].map(async (who) => {
    held.push(await places.take(never))
    came.push(who)
  })
  await turn()
  expect(came).toEqual([0, 1])
  held[0]?.[Symbol.dispose]()
  held[0]?.[Symbol.dispose]()
  await turn()
  expect(came).toEqual([0, 1, 2])
  for (const index of [1, 2]) held[index]?.[Symbol.dispose]()
  await Promise.all(all)
  expect(came).toEqual([0, 1, 2, 3, 4])
})

test('whoever leaves the queue is passed over', async () => {
  const places = new Places(1)
  const first = await places.take(never)
  const leaving = new AbortController()
  const second = places.take(leaving.signal)
  const third = places.take(never)
  leaving.abort(new Error('gone'))
  await expect(second).rejects.toThrow('gone')
  first[Symbol.dispose]()
  await expect(third).resolves.toBeDefined()
  await expect(places.take(leaving.signal)).rejects.toThrow('gone')
})

test('an owner holds no more than its share, and those behind it go first', async () => {
  const places = new Places(3, 2)
  const came: string[] = []
  const take = async (owner: string) => {
    const place = await places.take(never, owner)
    came.push(owner)
    return place
  }
  const hanging = [take('a'), take('a'), take('a'), take('a')]
  const other = take('b')
  const waiting = take('c')
  await turn()
  expect(came).toEqual(['a', 'a', 'b'])
  ;(await other)[Symbol.dispose]()
  ;(await waiting)[Symbol.dispose]()
  expect(came).toEqual(['a', 'a', 'b', 'c'])
  ;(await hanging[0])?.[Symbol.dispose]()
  await hanging[2]
  expect(came).toEqual(['a', 'a', 'b', 'c', 'a'])
})
