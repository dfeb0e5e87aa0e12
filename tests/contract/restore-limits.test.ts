import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { openThrowAwayEtcd } from '#lib/etcd-server/throw-away.ts'
import type { DrillExpectation } from '#lib/restores/compare-restored.ts'
import { drill, drillLimits, leftIn, makeDrillFolder } from '#tests/support/drill-run.ts'
import { startSource } from '#tests/support/drill-source.ts'

const minor = '3.5'
const whole = mkdtempSync(join(tmpdir(), 'kstone-drill-'))
let file: string
let expected: DrillExpectation

beforeAll(async () => {
  await using source = await startSource({ version: minor })
  await source.fill()
  const taken = await source.take(whole)
  file = taken.file
  expected = taken.expected
})

afterAll(() => rmSync(whole, { recursive: true, force: true }))

const never = new AbortController().signal

describe('a drill that cannot be done', () => {
  it('says which etcd is missing and which there are, and calls nothing proven', async () => {
    const report = await drill(makeDrillFolder(), { file, minor: '3.6', expected })
    expect(report).toMatchObject({ verdict: 'not-proven', basis: null, comparisons: [], etcdVersion: null })
    const { code, details } = report.failure ?? {}
    expect(code).toBe('no-etcd-binary')
    expect(details).toMatchObject({ version: '3.6', foundVersions: expect.arrayContaining(['3.4.23', '3.5.16']) })
  })

  it('says that the file is gone', async () => {
    const report = await drill(makeDrillFolder(), { file: join(whole, 'nothing.db'), minor, expected })
    expect(report).toMatchObject({ verdict: 'not-proven', failure: { code: 'no-file' } })
  })

  it('is refused before anything is written where the snapshot is larger than what it may take', async () => {
    const stages: string[] = []
    const limits = { ...drillLimits, diskMaxBytes: statSync(file).size + 2 ** 20 }
    const onStage = (stage: string) => stages.push(stage)
    const report = await drill(makeDrillFolder(), { file, minor, expected, limits, onStage })
    expect(report).toMatchObject({
      verdict: 'not-proven',
      failure: { code: 'limit-exceeded', details: { resource: 'disk', maxBytes: limits.diskMaxBytes } },
    })
    expect(stages).toEqual([])
  })

  it('is ended where etcd takes more memory than it may', async () => {
    const limits = { ...drillLimits, memoryMaxBytes: 2 ** 20 }
    const report = await drill(makeDrillFolder(), { file, minor, expected, limits })
    expect(report).toMatchObject({
      verdict: 'not-proven',
      failure: { code: 'limit-exceeded', details: { resource: 'memory' } },
    })
  })

  it('is ended when its time is up', async () => {
    const limits = { ...drillLimits, deadlineMs: 120 }
    const report = await drill(makeDrillFolder(), { file, minor, expected, limits })
    expect(report).toMatchObject({
      verdict: 'not-proven',
      failure: { code: 'timed-out', details: { deadlineMs: 120 } },
    })
    expect(report.seconds.total).toBeLessThan(10)
  })

  it.each(['restore', 'start', 'read'])('is called off at stage %s with the reason given', async (last) => {
    const reason = new Error('called off')
    const calledOff = new AbortController()
    const onStage = (stage: string) => {
      if (stage === last) calledOff.abort(reason)
    }
    const ended = drill(makeDrillFolder(), { file, minor, expected, signal: calledOff.signal, onStage })
    await expect(ended).rejects.toBe(reason)
  })
})

describe('a throw-away etcd', () => {
  it('is ended when it has written more than it may', async () => {
    const folder = makeDrillFolder()
    const limits = { ...drillLimits, diskMaxBytes: statSync(file).size + 170 * 2 ** 20 }
    const parentDir = join(folder, 'drills')
    {
      await using etcd = await openThrowAwayEtcd({ file, minor, parentDir, limits, signal: never })
      const { keys } = openEtcd(etcd.access)
      const write = async () => {
        for (let page = 0; page < 200; page += 1) {
          const put = { key: Buffer.from(`/page/${page}`), value: Buffer.alloc(2 ** 20, page) }
          await keys.transact({ perform: [{ put }], signal: etcd.failure })
        }
      }
      await expect(write()).rejects.toThrow()
      expect(etcd.failure.aborted).toBe(true)
      expect(etcd.failure.reason).toMatchObject({ code: 'etcd-limit-exceeded', details: { resource: 'disk' } })
    }
    expect(leftIn(parentDir)).toEqual({ folders: [], processes: [] })
  })

  it('lets nobody in who does not hold its certificate', async () => {
    const folder = makeDrillFolder()
    const parentDir = join(folder, 'drills')
    await using etcd = await openThrowAwayEtcd({ file, minor, parentDir, limits: drillLimits, signal: never })
    const [endpoint] = etcd.access.endpoints
    if (!endpoint) throw new Error('no endpoint')
    const { caPem } = etcd.access.tls ?? {}
    await expect(openEtcd({ ...etcd.access, tls: { caPem } }).status(endpoint)).rejects.toMatchObject({
      code: 'etcd-tls-failed',
    })
    const plain = { scheme: 'http' as const, destination: endpoint.destination }
    await expect(openEtcd({ ...etcd.access, endpoints: [plain] }).status(plain)).rejects.toThrow()
    await expect(openEtcd(etcd.access).status(endpoint)).resolves.toMatchObject({ isLeader: true })
  })

  it('leaves those of living processes in the same folder alone', async () => {
    const folder = makeDrillFolder()
    const parentDir = join(folder, 'drills')
    const other = await holdElsewhere(parentDir, 'pid')
    await using one = await openThrowAwayEtcd({ file, minor, parentDir, limits: drillLimits, signal: never })
    expect(one.failure.aborted).toBe(false)
    expect(leftIn(parentDir).processes).toHaveLength(2)
    expect(other.exitCode).toBe(null)
  })

  it.each(['restore', 'start', 'read', 'pid'])(
    'that was forgotten by a process killed at stage %s is cleared away with the next',
    async (stage) => {
      const folder = makeDrillFolder()
      const parentDir = join(folder, 'drills')
      const killed = await holdElsewhere(parentDir, stage)
      killed.kill('SIGKILL')
      await once(killed, 'exit')
      expect(leftIn(parentDir).folders).toHaveLength(1)
      // What was being started may come into being a moment after.
      if (stage === 'read' || stage === 'pid') expect(leftIn(parentDir).processes).toHaveLength(1)
      const report = await drill(folder, { file, minor, expected })
      expect(report).toMatchObject({ verdict: 'proven' })
    },
  )
})

/**
 * Another process that has opened one, come to a stage. It finds no program that would have the kernel kill its children with it,
 * as on a system without one: whatever it leaves lives on.
 */
async function holdElsewhere(parentDir: string, stage: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('../support/hold-throw-away.ts', import.meta.url))
  const child = spawn(process.execPath, [script, file, minor, parentDir], {
    env: { NODE_ENV: 'test', PATH: '/nowhere' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  for await (const line of createInterface({ input: child.stdout })) if (line.startsWith(stage)) break
  return child
}
