import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { endWithSignal } from './end-with-signal.ts'

describe('endWithSignal', () => {
  it('gives what the work gives, and fails as it fails', async () => {
    const { signal } = new AbortController()
    expect(await endWithSignal(Promise.resolve(7), signal, 0)).toBe(7)
    await expect(endWithSignal(Promise.reject(new Error('own')), signal, 0)).rejects.toThrow('own')
  })

  it.each([0, 20])('abandons work that ignores a signal aborted after %i ms', async (afterMs) => {
    const stopping = new AbortController()
    const never = endWithSignal(new Promise(() => undefined), stopping.signal, 10)
    setTimeout(() => stopping.abort(new Error('too late')), afterMs)
    await expect(never).rejects.toThrow('too late')
  })

  it('lets work that heeds its signal end by itself', async () => {
    const work = delay(20).then(() => 'tidied up')
    expect(await endWithSignal(work, AbortSignal.abort(), 5_000)).toBe('tidied up')
  })
})
