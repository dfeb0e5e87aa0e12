import { describe, expect, it } from 'vitest'
import { Alarm, runSweep } from './sweep.ts'

describe('a sweep', () => {
  it('goes on after a round that failed, and ends when it is told to', async () => {
    const stop = new AbortController()
    let rounds = 0
    await runSweep(
      {
        name: 'test',
        everyMs: 1,
        run: async () => {
          rounds += 1
          if (rounds === 5) stop.abort()
          throw new Error('a bad round')
        },
      },
      stop.signal,
    )
    expect(rounds).toBe(5)
  })

  it('comes back at once while there is more to do', async () => {
    const stop = new AbortController()
    let rounds = 0
    await runSweep(
      {
        name: 'test',
        everyMs: 60_000,
        run: async () => {
          rounds += 1
          if (rounds === 100) stop.abort()
          return true
        },
      },
      stop.signal,
    )
    expect(rounds).toBe(100)
  })

  it('is called early by its alarm, also by one that rang during a round', async () => {
    const stop = new AbortController()
    const alarm = new Alarm()
    let rounds = 0
    const run = async () => {
      rounds += 1
      if (rounds === 1) alarm.ring()
      if (rounds === 2) setTimeout(() => alarm.ring(), 10)
      if (rounds === 3) stop.abort()
      return false
    }
    await runSweep({ name: 'test', everyMs: 60_000, run }, stop.signal, alarm)
    expect(rounds).toBe(3)
  })
})
