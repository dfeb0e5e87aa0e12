import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { eachAtOnce } from './each-at-once.ts'

it('does every item once, never more at the same time than allowed', async () => {
  const done: number[] = []
  let [running, most] = [0, 0]
  await eachAtOnce([...new Array(40).keys()], 7, async (item) => {
    running += 1
    most = Math.max(most, running)
    await delay(item % 3)
    running -= 1
    done.push(item)
  })
  expect(done.toSorted((a, b) => a - b)).toEqual([...new Array(40).keys()])
  expect(most).toBe(7)
})

it('begins nothing more after a failure, and throws it when what runs has ended', async () => {
  const ended: number[] = []
  const work = eachAtOnce([...new Array(100).keys()], 4, async (item) => {
    await delay(item === 2 ? 1 : 15)
    if (item === 2) throw new Error('the third')
    ended.push(item)
  })
  await expect(work).rejects.toThrow('the third')
  expect(ended).toEqual([0, 1, 3])
})

it('has nothing to do for an empty list', async () => {
  await expect(eachAtOnce([], 4, () => Promise.reject(new Error('never called')))).resolves.toBeUndefined()
})
