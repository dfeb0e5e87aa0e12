import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProcessMark } from '#lib/process-mark.ts'
import { isAlive } from '#lib/process-mark.ts'
import { runTool } from './run-tool.ts'

const never = new AbortController().signal
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kstone-unit-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('a tool', () => {
  it('says whether it is done, and what it said at its end on both outputs', async () => {
    const talk = (code: number) =>
      runTool({ program: '/bin/sh', args: ['-c', `seq 100000; echo oops >&2; exit ${code}`] }, { signal: never })
    const [done, failed] = await Promise.all([talk(0), talk(3)])
    expect([done.isDone, failed.isDone]).toEqual([true, false])
    expect(done.said.length).toBeLessThan(17_000)
    expect(done.said).toMatch(/99999\n100000\noops$/)
  })

  it('knows nothing of the environment of this process', async () => {
    const { said } = await runTool({ program: '/usr/bin/env', args: [] }, { signal: never })
    expect(said.split('\n').toSorted()).toEqual(['ETCDCTL_API=3', 'NODE_ENV=production', 'PATH=/usr/bin:/bin'])
  })

  it('is gone when its caller hears the reason it was called off for', async () => {
    const calledOff = new AbortController()
    const reason = new Error('called off')
    let mark: ProcessMark | undefined
    const onStarted = (started: ProcessMark) => {
      mark = started
      calledOff.abort(reason)
    }
    const run = runTool({ program: '/bin/sleep', args: ['60'] }, { signal: calledOff.signal, onStarted })
    await expect(run).rejects.toBe(reason)
    expect(mark && isAlive(mark)).toBe(false)
  })

  it('is not started for a caller who has gone', async () => {
    const path = join(folder, 'trace')
    const run = runTool({ program: '/usr/bin/touch', args: [path] }, { signal: AbortSignal.abort(new Error('gone')) })
    await expect(run).rejects.toThrow('gone')
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined()
  })

  it('fails by itself where there is no such program', async () => {
    await expect(runTool({ program: join(folder, 'nothing'), args: [] }, { signal: never })).resolves.toMatchObject({
      isDone: false,
    })
  })
})

describe('the walls around a tool', () => {
  const sized = ['-e', 'console.log(Buffer.alloc(300 * 2 ** 20).length)']

  it('keep it from more memory than it may have', async () => {
    const take = (dataMaxBytes: number) =>
      runTool({ program: process.execPath, args: sized, walls: { dataMaxBytes } }, { signal: never })
    expect(await take(2 ** 32)).toEqual({ isDone: true, said: String(300 * 2 ** 20) })
    expect(await take(2 ** 28)).toMatchObject({ isDone: false })
  })

  it('keep each of its files below the size it may have', async () => {
    const path = join(folder, 'file')
    const args = ['if=/dev/zero', `of=${path}`, 'bs=1024', 'count=4096']
    const run = runTool({ program: '/bin/dd', args, walls: { fileMaxBytes: 2 ** 20 } }, { signal: never })
    expect(await run).toMatchObject({ isDone: false })
    expect(statSync(path).size).toBe(2 ** 20)
  })

  it('make it stand back for others, and leave no memory image behind', async () => {
    const script = 'nice; ulimit -c'
    const run = runTool({ program: '/bin/sh', args: ['-c', script], walls: { niceness: 10 } }, { signal: never })
    expect(await run).toEqual({ isDone: true, said: '10\n0' })
  })
})
