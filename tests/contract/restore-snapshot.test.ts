import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RestoreOrder } from '#lib/etcd-server/restore-snapshot.ts'
import { restoreIntoDataDir } from '#lib/etcd-server/restore-snapshot.ts'
import type { ProcessMark } from '#lib/process-mark.ts'
import { isAlive } from '#lib/process-mark.ts'
import { makeDrillFolder } from '#tests/support/drill-run.ts'
import { startSource } from '#tests/support/drill-source.ts'

describe.each(['3.4', '3.5'])('restoring a snapshot of etcd %s into a data folder', (minor) => {
  const whole = mkdtempSync(join(tmpdir(), 'kstone-drill-'))
  let file: string

  beforeAll(async () => {
    await using source = await startSource({ version: minor })
    await source.fill()
    file = (await source.take(whole)).file
  })

  afterAll(() => rmSync(whole, { recursive: true, force: true }))

  function order(folder: string, changes: Partial<RestoreOrder> = {}): RestoreOrder {
    const { signal } = new AbortController()
    const place = { dataDir: join(folder, 'data'), name: 'etcd-1', peerUrl: 'https://127.0.0.1:1', token: 'one-use' }
    return { file, minor, signal, ...place, ...changes }
  }

  it('leaves the data of a member', async () => {
    const folder = makeDrillFolder()
    await restoreIntoDataDir(order(folder))
    expect(readdirSync(join(folder, 'data', 'member')).toSorted()).toEqual(['snap', 'wal'])
  })

  it('never writes into a folder that is there, and leaves it as it is', async () => {
    const folder = makeDrillFolder()
    mkdirSync(join(folder, 'data'))
    writeFileSync(join(folder, 'data', 'dear'), '')
    await expect(restoreIntoDataDir(order(folder))).rejects.toMatchObject({ code: 'conflict' })
    expect(readdirSync(join(folder, 'data'))).toEqual(['dear'])
  })

  it.each([
    ['disk', { fileMaxBytes: 2 ** 20 }],
    ['memory', { dataMaxBytes: 2 ** 25 }],
  ])(
    'fails by a wall of the kernel around its %s as what it is, and removes what it began',
    async (resource, walls) => {
      const folder = makeDrillFolder()
      await expect(restoreIntoDataDir(order(folder, { walls }))).rejects.toMatchObject({
        code: 'etcd-limit-exceeded',
        details: { resource, stage: 'restore' },
      })
      expect(readdirSync(folder)).toEqual(['drills'])
    },
  )

  it('is called off at once, with its tool and what it began', async () => {
    const folder = makeDrillFolder()
    const calledOff = new AbortController()
    const reason = new Error('called off')
    const marks: ProcessMark[] = []
    const onStarted = (mark: ProcessMark) => {
      marks.push(mark)
      calledOff.abort(reason)
    }
    const ended = restoreIntoDataDir(order(folder, { signal: calledOff.signal, onStarted }))
    await expect(ended).rejects.toBe(reason)
    expect(marks.map(isAlive)).toEqual([false])
    expect(readdirSync(folder)).toEqual(['drills'])
  })

  it('names no place of this machine in what people read', async () => {
    const folder = makeDrillFolder()
    const gone = join(folder, 'nothing.db')
    const failure = await restoreIntoDataDir(order(folder, { file: gone })).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'restore-failed', details: { said: expect.stringMatching(/no such file/) } })
    expect(JSON.stringify(failure)).not.toContain(folder)
  })
})
