import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { makeStateDir } from '#scripts/paths.ts'
import { withLock } from './lock.ts'

const newName = () => `unit-${crypto.randomUUID()}`

describe('a lock', () => {
  it('lets one in at a time', async () => {
    const name = newName()
    let inside = 0
    let most = 0
    const work = async () => {
      inside += 1
      most = Math.max(most, inside)
      await sleep(20)
      inside -= 1
    }
    await Promise.all([withLock(name, work), withLock(name, work), withLock(name, work)])
    expect(most).toBe(1)
  })

  it('is open again after the work has failed', async () => {
    const name = newName()
    await expect(withLock(name, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await withLock(name, () => Promise.resolve('in'))).toBe('in')
  })

  it.each(['4194305 1', `${process.pid} 1`])('of a process that has ended (%s) does not count', async (holder) => {
    const name = newName()
    const path = join(makeStateDir('run'), `${name}.lock`)
    writeFileSync(path, holder)
    expect(await withLock(name, () => Promise.resolve('in'))).toBe('in')
    expect(existsSync(path)).toBe(false)
  })
})
