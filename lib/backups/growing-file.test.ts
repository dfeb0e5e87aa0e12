import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GrowingFile } from './growing-file.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kstone-growing-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const going = new AbortController().signal
const newPath = () => join(folder, randomUUID())

async function readAll(file: GrowingFile, pauseMs = 0): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of file.read(going)) {
    parts.push(Buffer.from(part))
    if (pauseMs > 0) await pause(pauseMs)
  }
  return Buffer.concat(parts)
}

describe('a file that grows while it is read', () => {
  it('gives every reader all of it, however slow, and holds nobody back who writes', async () => {
    const path = newPath()
    await using file = await GrowingFile.create(path)
    const all = randomBytes(9_000_123)
    const readers = [readAll(file), readAll(file, 5)]
    let isReadBehind = false
    for (let at = 0; at < all.length; at += 32_768) {
      await file.append(all.subarray(at, at + 32_768))
      isReadBehind ||= file.sizeBytes > 4_000_000
    }
    await file.end()
    for (const read of await Promise.all(readers)) expect(read.equals(all)).toBe(true)
    expect((await readFile(path)).equals(all)).toBe(true)
    expect(isReadBehind).toBe(true)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('fails its readers when it is given up, with the reason', async () => {
    await using file = await GrowingFile.create(newPath())
    const reading = readAll(file)
    await file.append(randomBytes(2_000_000))
    file.fail(new Error('the member died'))
    await expect(reading).rejects.toThrow('the member died')
  })

  it('takes nothing that is refused, and does not lose what it was told before', async () => {
    let allowed = 3_000_000
    await using file = await GrowingFile.create(newPath(), (bytes) => {
      allowed -= bytes
      if (allowed < 0) throw new RangeError('no space for that')
    })
    const writing = async () => {
      for (;;) await file.append(randomBytes(100_000))
    }
    await expect(writing()).rejects.toThrow('no space for that')
    expect(file.sizeBytes).toBeLessThanOrEqual(3_000_000)
  })

  it('ends a reader that waits when it is aborted', async () => {
    await using file = await GrowingFile.create(newPath())
    const stop = new AbortController()
    const reading = (async () => {
      for await (const _ of file.read(stop.signal)) expect.fail('nothing was written')
    })()
    stop.abort(new Error('cancelled'))
    await expect(reading).rejects.toThrow('cancelled')
  })

  it('overwrites nothing', async () => {
    const path = newPath()
    await using _first = await GrowingFile.create(path)
    await expect(GrowingFile.create(path)).rejects.toThrow('EEXIST')
  })
})
