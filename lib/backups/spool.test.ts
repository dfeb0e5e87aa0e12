import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Spool, SpoolOptions } from './spool.ts'
import { openSpool } from './spool.ts'

const { signal } = new AbortController()
let directory = ''

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'kstone-unit-')), 'spool')
})

afterEach(() => {
  rmSync(dirname(directory), { recursive: true, force: true })
})

const open = (options: Partial<SpoolOptions> = {}) =>
  openSpool({ directory, maxBytes: 1_000, perTeamShare: 0.5, freeBytesMin: 0, waitMaxMs: 5_000, ...options })
const reserve = (spool: Spool, teamId: string, expectedBytes: number) =>
  spool.reserve({ teamId, expectedBytes, signal })
const full = (limit: string) => expect.objectContaining({ code: 'spool-full', details: { limit } })

/** Lets everything that can happen at once happen. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 20))

describe('a place in the spool', () => {
  it('is a file of its own in a folder closed to other users', async () => {
    await using spool = await open()
    await using place = await reserve(spool, 'team', 100)
    await using other = await reserve(spool, 'team', 100)
    expect(existsSync(place.path)).toBe(false)
    expect(other.path).not.toBe(place.path)
    expect(statSync(dirname(place.path)).mode & 0o777).toBe(0o700)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(dirname(dirname(place.path))).toBe(directory)
  })

  it('is removed with its file when it is let go, once, whatever it had taken', async () => {
    await using spool = await open()
    const place = await reserve(spool, 'team', 100)
    writeFileSync(place.path, 'x'.repeat(150))
    place.add(150)
    expect(spool.takenBytes).toBe(150)
    await place[Symbol.asyncDispose]()
    await place[Symbol.asyncDispose]()
    expect([existsSync(place.path), spool.takenBytes]).toEqual([false, 0])
  })

  it('grows beyond what was set aside, up to what the team may take', async () => {
    await using spool = await open()
    await using place = await reserve(spool, 'team', 100)
    place.add(100)
    place.add(400)
    expect(() => place.add(1)).toThrow(full('team'))
    expect(spool.takenBytes).toBe(500)
  })

  it('grows no further than the spool, however much is the share of its team', async () => {
    await using spool = await open({ perTeamShare: 1 })
    await using _other = await reserve(spool, 'other', 600)
    await using place = await reserve(spool, 'team', 100)
    place.add(400)
    expect(() => place.add(1)).toThrow(full('spool'))
  })

  it('is refused at once where one team may never have so much', async () => {
    await using spool = await open()
    await expect(reserve(spool, 'team', 501)).rejects.toMatchObject({
      code: 'spool-too-small',
      retryable: false,
      details: { neededBytes: 501, teamBytesMax: 500 },
    })
  })

  it('is refused where the disk would have too little left, counting what others have set aside', async () => {
    const { bavail, bsize } = statfsSync(tmpdir())
    const freeBytes = bavail * bsize
    const large = { maxBytes: freeBytes * 2, perTeamShare: 1 }
    await using spool = await open({ ...large, freeBytesMin: Math.floor(freeBytes / 2) })
    await using _half = await reserve(spool, 'team', Math.floor(freeBytes / 4))
    await expect(reserve(spool, 'other', Math.floor(freeBytes / 2))).rejects.toThrow(full('disk'))
    expect(spool.takenBytes).toBe(Math.floor(freeBytes / 4))
    await using tooFull = await open({ ...large, freeBytesMin: freeBytes * 2 })
    await expect(reserve(tooFull, 'team', 1)).rejects.toThrow(full('disk'))
  })

  it('stops growing where the disk has too little left', async () => {
    const { bavail, bsize } = statfsSync(tmpdir())
    const freeBytes = bavail * bsize
    await using spool = await open({
      maxBytes: freeBytes * 2,
      perTeamShare: 1,
      freeBytesMin: Math.floor(freeBytes / 2),
    })
    await using place = await reserve(spool, 'team', 0)
    place.add(16 * 1024 * 1024)
    expect(() => place.add(Math.ceil(freeBytes * 0.6))).toThrow(full('disk'))
  })
})

describe('whoever waits', () => {
  it('gets room as soon as there is some, in the order of coming', async () => {
    await using spool = await open({ perTeamShare: 1 })
    const first = await reserve(spool, 'a', 800)
    const order: string[] = []
    const [large, small] = [600, 500].map(async (bytes) => {
      const place = await reserve(spool, 'a', bytes)
      order.push(`a ${bytes}`)
      return place
    })
    await settle()
    expect(order).toEqual([])
    await first[Symbol.asyncDispose]()
    await (await large)?.[Symbol.asyncDispose]()
    await (await small)?.[Symbol.asyncDispose]()
    expect(order).toEqual(['a 600', 'a 500'])
  })

  it('waits for one of each other team at most, however many of these came before', async () => {
    await using spool = await open({ perTeamShare: 1 })
    let holder = await reserve(spool, 'busy', 1_000)
    const order: string[] = []
    const places = ['busy', 'busy', 'busy', 'busy', 'quiet'].map(async (teamId) => {
      const place = await reserve(spool, teamId, 1_000)
      order.push(teamId)
      return place
    })
    for (const count of [1, 2]) {
      await holder[Symbol.asyncDispose]()
      await expect.poll(() => order.length).toBe(count)
      holder = await Promise.race(places.splice(order.at(-1) === 'quiet' ? places.length - 1 : 0, 1))
    }
    expect(order).toEqual(['busy', 'quiet'])
    for (const place of places) {
      await holder[Symbol.asyncDispose]()
      holder = await place
    }
    expect(order).toHaveLength(5)
  })

  it('with much is not overtaken for ever by many with little', async () => {
    await using spool = await open({ perTeamShare: 1 })
    const small = await Promise.all(Array.from({ length: 10 }, () => reserve(spool, 'small', 100)))
    const large = reserve(spool, 'large', 900)
    const later = Array.from({ length: 5 }, () => reserve(spool, 'small', 100))
    for (const place of small.slice(0, 9)) await place[Symbol.asyncDispose]()
    // The last of the small ones stays: with one more of them in before it, it would wait for ever.
    const place = await large
    expect(spool.takenBytes).toBe(1_000)
    await place[Symbol.asyncDispose]()
    await Promise.all(later)
  })

  it('for its own team is passed over by other teams', async () => {
    await using spool = await open()
    const own = await reserve(spool, 'a', 500)
    const waiting = reserve(spool, 'a', 500)
    await using _other = await reserve(spool, 'b', 500)
    await own[Symbol.asyncDispose]()
    await using _place = await waiting
    expect(spool.takenBytes).toBe(1_000)
  })

  it('is told when no room came free in time, and takes nothing with it', async () => {
    await using spool = await open({ waitMaxMs: 30 })
    const held = await reserve(spool, 'a', 500)
    await expect(reserve(spool, 'a', 1)).rejects.toThrow(full('waiting'))
    await held[Symbol.asyncDispose]()
    expect(spool.takenBytes).toBe(0)
  })

  it('can stop waiting, and lets the next one through', async () => {
    await using spool = await open({ perTeamShare: 1 })
    await using _held = await reserve(spool, 'a', 500)
    const control = new AbortController()
    const large = spool.reserve({ teamId: 'b', expectedBytes: 600, signal: control.signal })
    const small = reserve(spool, 'c', 400)
    control.abort(new Error('enough'))
    await expect(large).rejects.toThrow('enough')
    await using _place = await small
    await expect(spool.reserve({ teamId: 'b', expectedBytes: 1, signal: control.signal })).rejects.toThrow('enough')
    expect(spool.takenBytes).toBe(900)
  })

  it('is served in the end, and no limit is ever passed, whatever comes and goes', async () => {
    const step = fc.record({ teamId: fc.constantFrom('a', 'b', 'c'), bytes: fc.nat(500), grow: fc.nat(300) })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
        await using spool = await open()
        const held = new Map<string, number>()
        const hold = (teamId: string, bytes: number) => {
          held.set(teamId, (held.get(teamId) ?? 0) + bytes)
          expect(held.get(teamId)).toBeLessThanOrEqual(500)
          expect(spool.takenBytes).toBeLessThanOrEqual(1_000)
        }
        const works = steps.map(async ({ teamId, bytes, grow }) => {
          await using place = await reserve(spool, teamId, bytes)
          hold(teamId, bytes)
          place.add(bytes)
          let grown = 0
          try {
            place.add(grow)
            grown = grow
          } catch (error) {
            expect(error).toMatchObject({ code: 'spool-full' })
          }
          hold(teamId, grown)
          await new Promise(setImmediate)
          hold(teamId, -bytes - grown)
        })
        await Promise.all(works)
        expect(spool.takenBytes).toBe(0)
      }),
      { numRuns: 40 },
    )
  })
})

/** A process that holds a place with a file in it, until it is killed. */
async function holdInChild() {
  const program = `
    const { openSpool } = await import(${JSON.stringify(new URL('./spool.ts', import.meta.url).href)})
    const { writeFileSync } = await import('node:fs')
    const spool = await openSpool({ directory: ${JSON.stringify(directory)}, maxBytes: 1000, perTeamShare: 1, freeBytesMin: 0 })
    const place = await spool.reserve({ teamId: 'a', expectedBytes: 10, signal: AbortSignal.timeout(60000) })
    writeFileSync(place.path, 'left over', { mode: 0o600 })
    console.log(place.path)
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [path] = await once(createInterface(child.stdout), 'line')
  return {
    path: String(path),
    async kill() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

describe('what is left over', () => {
  it('by a process that was killed goes at the next opening; what belongs to a living one stays', async () => {
    const [killed, living] = await Promise.all([holdInChild(), holdInChild()])
    try {
      await killed.kill()
      expect(existsSync(killed.path)).toBe(true)
      await using _spool = await open()
      expect(existsSync(dirname(killed.path))).toBe(false)
      expect(readFileSync(living.path, 'utf8')).toBe('left over')
      expect(readdirSync(directory)).toHaveLength(2)
    } finally {
      await living.kill()
    }
  })

  it('by a process of another machine goes when nothing was written for a day', async () => {
    const folder = join(directory, 'spool-0123456789abcdef')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'owner.json'), JSON.stringify({ pid: 1, startedAt: '1', host: `not-${hostname()}` }))
    await using _spool = await open()
    expect(existsSync(folder)).toBe(true)
    const yesterday = Date.now() / 1_000 - 25 * 3_600
    utimesSync(join(folder, 'owner.json'), yesterday, yesterday)
    utimesSync(folder, yesterday, yesterday)
    await using _next = await open()
    expect(existsSync(folder)).toBe(false)
  })

  it('without a mark is still being made, for a minute', async () => {
    const folder = join(directory, 'spool-0123456789abcdef')
    mkdirSync(folder, { recursive: true })
    await using _spool = await open()
    expect(existsSync(folder)).toBe(true)
    utimesSync(folder, Date.now() / 1_000 - 61, Date.now() / 1_000 - 61)
    await using _next = await open()
    expect(existsSync(folder)).toBe(false)
  })

  it('is only what a spool made: other files and folders of the directory stay', async () => {
    for (const name of ['mine', 'spool-of-mine', 'spool-0123']) mkdirSync(join(directory, name), { recursive: true })
    writeFileSync(join(directory, 'spool-0123456789abcdef'), 'a file')
    for (const name of readdirSync(directory)) utimesSync(join(directory, name), 1, 1)
    await (await open())[Symbol.asyncDispose]()
    expect(readdirSync(directory).sort()).toEqual(['mine', 'spool-0123', 'spool-0123456789abcdef', 'spool-of-mine'])
  })

  it('is nothing after the spool is closed', async () => {
    const spool = await open()
    const place = await reserve(spool, 'a', 10)
    writeFileSync(place.path, 'x')
    await spool[Symbol.asyncDispose]()
    expect(readdirSync(directory)).toEqual([])
    await place[Symbol.asyncDispose]()
  })

  it('or not, a folder that somebody removed is there again when it is needed', async () => {
    await using spool = await open()
    rmSync(directory, { recursive: true })
    await using place = await reserve(spool, 'a', 10)
    writeFileSync(place.path, 'x')
    await using _other = await open()
    expect(readFileSync(place.path, 'utf8')).toBe('x')
  })
})

it.each([{ maxBytes: 0 }, { perTeamShare: 0 }, { perTeamShare: 1.1 }, { maxBytes: Number.NaN }])(
  'a spool is not opened with %o',
  async (options) => {
    await expect(open(options)).rejects.toThrow(RangeError)
  },
)
