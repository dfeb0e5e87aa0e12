import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Part } from './part-queue.ts'
import { objectBytesMax, PartQueue, partBytes } from './part-queue.ts'

const mebibyte = 1024 * 1024

/** Parts that are on their way until they are let go. */
function heldQueue() {
  const held: (Part & { arrive: (receipt: number) => void; fail: (error: unknown) => void })[] = []
  const queue = new PartQueue((part) => {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    held.push({ ...part, arrive: resolve, fail: reject })
    return promise
  })
  return { queue, held }
}

describe('the sizes of parts', () => {
  const sizes = Array.from({ length: 10_000 }, (_, index) => partBytes(index + 1))
  const sumOf = (count: number) => sizes.slice(0, count).reduce((sum, size) => sum + size, 0)

  it('hold the largest object in as many parts as S3 takes', () => {
    expect(sumOf(10_000)).toBeGreaterThanOrEqual(objectBytesMax)
  })

  it('are never below the 5 MiB that S3 demands', () => {
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(5 * mebibyte)
  })

  it('keep three of them small in memory, and alike where a database of etcd ends', () => {
    expect(3 * Math.max(...sizes)).toBeLessThanOrEqual(64 * mebibyte)
    const alike = sizes.filter((size) => size === sizes[0]).length
    expect(sumOf(alike)).toBeGreaterThan(32 * 1024 * mebibyte)
  })
})

describe('the queue of parts', () => {
  it('has two parts on their way and one in hand, and waits then', async () => {
    const { queue, held } = heldQueue()
    await queue.write(Buffer.alloc(23 * mebibyte))
    expect(held.map(({ number }) => number)).toEqual([1, 2])
    let isTaken = false
    const waiting = queue.write(Buffer.alloc(mebibyte)).then(() => {
      isTaken = true
    })
    for (let turns = 0; turns < 10; turns += 1) await turn()
    expect([isTaken, held.length]).toEqual([false, 2])
    held[1]?.arrive(2)
    await waiting
    expect(held.map(({ number }) => number)).toEqual([1, 2, 3])
  })

  it('uses the memory of parts that have arrived again', async () => {
    const { queue, held } = heldQueue()
    const memories = new Set<ArrayBufferLike>()
    for (let written = 0; written < 80; written += 1) {
      await queue.write(Buffer.alloc(mebibyte, written))
      for (const part of held.splice(0)) {
        memories.add(part.bytes.buffer)
        part.arrive(part.number)
      }
      await turn()
    }
    expect(memories.size).toBeLessThanOrEqual(3)
  })

  it('gives receipts in the order of parts, however they arrive', async () => {
    const { queue, held } = heldQueue()
    await queue.write(Buffer.alloc(17 * mebibyte))
    const receipts = queue.finish()
    held[1]?.arrive(2)
    for (let turns = 0; turns < 10; turns += 1) await turn()
    held[2]?.arrive(3)
    held[0]?.arrive(1)
    expect(await receipts).toEqual([1, 2, 3])
    expect(held.map(({ bytes }) => bytes.length)).toEqual([8 * mebibyte, 8 * mebibyte, mebibyte])
  })

  it('sends one part without bytes where nothing was written', async () => {
    const { queue, held } = heldQueue()
    const receipts = queue.finish()
    await turn()
    held[0]?.arrive(1)
    expect(await receipts).toEqual([1])
    expect(held[0]?.bytes).toHaveLength(0)
  })

  it('tells the writer of a part that failed, at the latest at the end', async () => {
    const { queue, held } = heldQueue()
    await queue.write(Buffer.alloc(8 * mebibyte))
    held[0]?.fail(new Error('Lost'))
    await turn()
    await expect(queue.write(Buffer.alloc(1))).rejects.toThrow('Lost')
    await expect(queue.finish()).rejects.toThrow('Lost')
  })
})
