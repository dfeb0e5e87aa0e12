import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FairQueue } from './fair-queue.ts'

const limits = { atOnceMax: 2, waitingMax: 12, waitingPerPartyMax: 4 }

type State = 'waiting' | 'served' | 'turned away'

interface Guest {
  network: string
  state: State
}

/** A queue with all its guests; whoever is served stays until somebody leaves. */
function openQueue() {
  const queue = new FairQueue(limits)
  const guests: Guest[] = []
  let leftCount = 0
  const count = (state: State, network?: string) =>
    guests.filter((guest) => guest.state === state && (network === undefined || guest.network === network)).length
  return {
    guests,
    count,
    runningCount: () => count('served') - leftCount,
    waitingIn: () => new Set(guests.filter(({ state }) => state === 'waiting').map(({ network }) => network)),
    arrive: async (network: string): Promise<Guest> => {
      const guest: Guest = { network, state: 'waiting' }
      guests.push(guest)
      void queue.takeTurn(network).then((isTurn) => {
        guest.state = isTurn ? 'served' : 'turned away'
      })
      await settle()
      return guest
    },
    leave: async () => {
      leftCount += 1
      queue.giveTurn()
      await settle()
    },
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await Promise.resolve()
}

const networks = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n')
/** More come than leave, so that the queue is full most of the time. */
const steps = fc.array(fc.oneof({ weight: 4, arbitrary: networks }, { weight: 1, arbitrary: fc.constant('leave') }), {
  minLength: 20,
  maxLength: 120,
})

type Open = ReturnType<typeof openQueue>

async function replay(queue: Open, story: string[], check: () => void): Promise<void> {
  for (const step of story) {
    if (step !== 'leave') await queue.arrive(step)
    else if (queue.runningCount() > 0) await queue.leave()
    check()
  }
}

describe('a fair queue', () => {
  it('keeps its bounds, and works whenever somebody waits', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (story) => {
        const queue = openQueue()
        await replay(queue, story, () => {
          expect(queue.runningCount()).toBeLessThanOrEqual(limits.atOnceMax)
          expect(queue.count('waiting')).toBeLessThanOrEqual(limits.waitingMax)
          for (const network of queue.waitingIn())
            expect(queue.count('waiting', network)).toBeLessThanOrEqual(limits.waitingPerPartyMax)
          if (queue.count('waiting') > 0) expect(queue.runningCount()).toBe(limits.atOnceMax)
        })
        while (queue.runningCount() > 0) await queue.leave()
        expect(queue.count('waiting')).toBe(0)
      }),
    )
  })

  it('turns nobody away while another network has more waiting than theirs would', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (story) => {
        const queue = openQueue()
        const turnedAway = new Set<Guest>()
        await replay(queue, story, () => {
          const news = queue.guests.filter((guest) => guest.state === 'turned away' && !turnedAway.has(guest))
          for (const guest of news) {
            turnedAway.add(guest)
            const own = queue.count('waiting', guest.network)
            const others = [...queue.waitingIn()].map((network) => queue.count('waiting', network))
            expect(own + 1).toBeGreaterThanOrEqual(Math.max(0, ...others))
          }
        })
      }),
    )
  })

  it('serves a network as soon as every other that waited before it was served once', async () => {
    await fc.assert(
      fc.asyncProperty(steps, networks, async (story, newcomer) => {
        const queue = openQueue()
        await replay(queue, story, () => undefined)
        if (queue.waitingIn().has(newcomer)) return
        const guest = await queue.arrive(newcomer)
        const before = queue.waitingIn().size
        for (let turn = 0; turn < before && guest.state === 'waiting'; turn += 1) await queue.leave()
        expect(guest.state).not.toBe('waiting')
      }),
    )
  })

  it('serves the guests of one network in the order they came', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (story) => {
        const queue = openQueue()
        await replay(queue, story, () => {
          for (const network of queue.waitingIn()) {
            const line = queue.guests.filter((guest) => guest.network === network && guest.state !== 'turned away')
            const firstWaiting = line.findIndex(({ state }) => state === 'waiting')
            expect(line.slice(firstWaiting).every(({ state }) => state === 'waiting')).toBe(true)
          }
        })
      }),
    )
  })
})
