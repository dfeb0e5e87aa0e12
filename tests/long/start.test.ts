import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAlive } from '#lib/process-mark.ts'
import type { RunningStart } from '#tests/support/checkout.ts'
import { CheckoutCopy } from '#tests/support/checkout.ts'
import { buildApp } from '#tests/support/stack.ts'

beforeAll(buildApp)

const isReady = async (url: string) => {
  try {
    return (await fetch(`${url}/readyz`)).status === 200
  } catch {
    return false
  }
}

describe('npm start', () => {
  it('starts a second time within 12 s, with the data of the first', async () => {
    await using checkout = new CheckoutCopy()
    const first = checkout.start()
    await first.ready()
    first.signalAll('SIGINT')
    await first.exitCode
    const second = checkout.start()
    await second.ready(12_000)
    expect(second.output).toContain('Migrations: none missing')
    expect(second.output).toContain('Build: unchanged')
  })
})

describe('npm start after a kill -9 of one part', () => {
  let checkout: CheckoutCopy
  let start: RunningStart
  let url: string
  beforeAll(async () => {
    checkout = new CheckoutCopy()
    start = checkout.start()
    url = await start.ready()
  })
  afterAll(() => checkout[Symbol.asyncDispose]())

  it.each(['web', 'worker', 'redis', 'postgres'])('of %s is ready again by itself', async (name) => {
    const before = checkout.process(name)
    process.kill(before.pid, 'SIGKILL')
    await expect.poll(() => start.output, { timeout: 20_000 }).toContain(`${name} runs again`)
    await expect.poll(() => isReady(url), { timeout: 20_000 }).toBe(true)
    expect(checkout.process(name)).not.toEqual(before)
  })

  it('ends in order all the same', async () => {
    start.signalAll('SIGINT')
    expect(await start.exitCode).toBe(0)
  })
})

describe('npm start after a kill -9', () => {
  it('of the supervisor starts again and ends what the first had left', async () => {
    await using checkout = new CheckoutCopy()
    const first = checkout.start()
    await first.ready()
    const { supervisor, ...children } = checkout.processes()
    process.kill(supervisor?.pid ?? 0, 'SIGKILL')
    await first.exitCode
    expect(Object.values(children).every(isAlive)).toBe(true)
    const url = await checkout.start().ready()
    expect(await isReady(url)).toBe(true)
    expect(Object.values(children).filter(isAlive)).toEqual([])
  })

  it('of the supervisor leaves no demo cluster alone: the next start has them all again, with their data', async () => {
    await using checkout = new CheckoutCopy()
    const first = checkout.start({}, [])
    await first.ready(120_000)
    const before = checkout.demoMembers()
    process.kill(checkout.process('supervisor').pid, 'SIGKILL')
    await first.exitCode
    const second = checkout.start({}, [])
    await second.ready(120_000)
    expect(second.output).toContain('Demo clusters: 3 running, as they were')
    expect(before.filter(isAlive)).toEqual([])
    process.kill(checkout.process('supervisor').pid, 'SIGKILL')
    await second.exitCode
    const members = checkout.demoMembers()
    await checkout.start().ready()
    expect(members.filter(isAlive)).toEqual([])
  })

  it('of everything at once starts again', async () => {
    await using checkout = new CheckoutCopy()
    const first = checkout.start()
    await first.ready()
    for (const { pid } of Object.values(checkout.processes())) process.kill(pid, 'SIGKILL')
    await first.exitCode
    expect(await isReady(await checkout.start().ready())).toBe(true)
  })

  // Behind the line of Redis come the migrations.
  it.each([
    ['Kstone', 300],
    ['Kstone', 700],
    ['Kstone', 1200],
    ['Kstone', 2000],
    ['✓ Redis', 100],
  ])('in the middle of the first start, when it has said %s and %i ms in, starts again', async (line, delayMs) => {
    await using checkout = new CheckoutCopy()
    const first = checkout.start()
    await expect.poll(() => first.output, { timeout: 20_000, interval: 10 }).toContain(line)
    await new Promise((resolve) => setTimeout(resolve, delayMs))
    const { supervisor } = checkout.processes()
    if (supervisor) process.kill(supervisor.pid, 'SIGKILL')
    first.signalAll('SIGKILL')
    await first.exitCode
    expect(await isReady(await checkout.start().ready())).toBe(true)
  })

  it('five times in a row of one part gives up, says why, and leaves nothing running', async () => {
    await using checkout = new CheckoutCopy()
    const start = checkout.start()
    await start.ready()
    const marks = checkout.processes()
    const killer = setInterval(() => {
      const worker = checkout.processes().worker
      if (worker && isAlive(worker)) process.kill(worker.pid, 'SIGKILL')
    }, 50)
    try {
      expect(await start.exitCode).toBe(1)
    } finally {
      clearInterval(killer)
    }
    expect(start.output).toMatch(/worker (ended \d+ times in a row|did not start)/)
    expect(Object.values(marks).filter(isAlive)).toEqual([])
  })
})
