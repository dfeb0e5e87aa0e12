import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ProcessMark } from '#lib/process-mark.ts'
import { findProcess, isAlive } from '#lib/process-mark.ts'
import { makeStateDir } from '#scripts/paths.ts'
import { endLeftovers } from './run-record.ts'

const nobody = { pid: 2 ** 22 + 1, startedAt: '1' }
const started: ChildProcess[] = []

async function startSleeper(): Promise<ProcessMark> {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
  await once(child, 'spawn')
  started.push(child)
  const mark = findProcess(child.pid ?? 0)
  if (!mark) throw new Error('sleep does not run')
  return mark
}

function writeRecord(record: {
  owner: ProcessMark
  children: Record<string, ProcessMark>
  folders?: string[]
}): string {
  const path = join(makeStateDir('run'), `unit-${crypto.randomUUID()}.json`)
  writeFileSync(path, JSON.stringify({ state: 'running', folders: [], ...record }))
  return path
}

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

describe('what a killed command left', () => {
  it('is ended and its folder removed', async () => {
    const sleeper = await startSleeper()
    const folder = mkdtempSync(join(tmpdir(), 'kstone-unit-'))
    const path = writeRecord({ owner: nobody, children: { sleeper }, folders: [folder] })
    expect(await endLeftovers()).toContain('sleeper')
    expect([isAlive(sleeper), existsSync(folder), existsSync(path)]).toEqual([false, false, false])
  })

  it('is spared when the pid has gone to another process meanwhile', async () => {
    const stranger = await startSleeper()
    writeRecord({ owner: nobody, children: { worker: { pid: stranger.pid, startedAt: '1' } } })
    await endLeftovers()
    expect(isAlive(stranger)).toBe(true)
  })

  it('is nothing while the command itself lives', async () => {
    const [owner, child] = [await startSleeper(), await startSleeper()]
    const path = writeRecord({ owner, children: { child } })
    await endLeftovers()
    expect([isAlive(child), existsSync(path)]).toEqual([true, true])
    process.kill(owner.pid, 'SIGKILL')
    await expect.poll(() => isAlive(owner)).toBe(false)
    await endLeftovers()
    expect([isAlive(child), existsSync(path)]).toEqual([false, false])
  })

  it('is cleared away when its record is not readable', async () => {
    const path = join(makeStateDir('run'), `unit-${crypto.randomUUID()}.json`)
    writeFileSync(path, '{"owner":')
    await endLeftovers()
    expect(existsSync(path), 'it may still be on its way').toBe(true)
    utimesSync(path, 1, 1)
    await endLeftovers()
    expect(existsSync(path)).toBe(false)
  })
})
