import { copyFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import type { Operation } from '#lib/etcd/transactions.ts'
import { openThrowAwayEtcd } from '#lib/etcd-server/throw-away.ts'
import { compareRestored } from '#lib/restores/compare-restored.ts'
import { readRestored } from '#lib/restores/read-restored.ts'
import { Secret } from '#lib/secret.ts'
import { drill, drillLimits, makeDrillFolder } from '#tests/support/drill-run.ts'
import { alterValue, damageFile, loseHeads, startSource } from '#tests/support/drill-source.ts'

const users = [{ name: 'root', password: new Secret('of-root') }]

describe.each(['3.4', '3.5'])('a drill of a snapshot of etcd %s', (version) => {
  let source: Awaited<ReturnType<typeof startSource>>
  let taken: Awaited<ReturnType<typeof source.take>>
  const whole = mkdtempSync(join(tmpdir(), 'kstone-drill-'))

  beforeAll(async () => {
    source = await startSource({ version })
    await source.fill()
    taken = await source.take(whole)
  })

  afterAll(async () => {
    await source?.[Symbol.asyncDispose]()
    rmSync(whole, { recursive: true, force: true })
  })

  /** A drill of the snapshot after something was done to the file. */
  async function drillChanged(change: (file: string) => void) {
    const folder = makeDrillFolder()
    const file = join(folder, 'changed.db')
    copyFileSync(taken.file, file)
    change(file)
    return await drill(folder, { file, minor: version, expected: taken.expected })
  }

  it('proves it by hash and counts, after deletions, a compaction and leases', async () => {
    const { file, expected } = taken
    expect(expected).toMatchObject({ liveKeys: 903n, keysByPrefix: { '/leased/': 2n, '/nothing/': 0n } })
    const stages: string[] = []
    const onStage = (stage: string) => stages.push(stage)
    const report = await drill(makeDrillFolder(), { file, minor: version, expected, onStage })
    expect(report).toMatchObject({ verdict: 'proven', basis: 'hash', differences: [], failure: null, alarms: [] })
    expect(report.comparisons).toHaveLength(8)
    expect(report.comparisons.filter(({ outcome }) => outcome !== 'holds')).toEqual([])
    expect(report.etcdVersion).toBe(source.etcd.version)
    const { restore, start, compare, total } = report.seconds
    expect(total).toBeGreaterThanOrEqual(Number(restore) + Number(start) + Number(compare) - 0.01)
    expect(stages).toEqual(['restore', 'start', 'read'])
  })

  it('proves it where authentication is on, without any password', async () => {
    const folder = makeDrillFolder()
    await using guarded = await startSource({ version, users })
    await guarded.fill()
    const { file, expected } = await guarded.take(folder)
    const report = await drill(folder, { file, minor: version, expected })
    expect(report).toMatchObject({ verdict: 'proven', basis: 'hash' })
  })

  it('proves it where its newest revision is the compacted one, by the hash if the live member made it the same way', async () => {
    const folder = makeDrillFolder()
    await using compacted = await startSource({ version })
    await compacted.fill()
    const { header } = await compacted.client.status(compacted.endpoint)
    await compacted.client.compact(header.revision, { isPhysical: true })
    const { file, expected } = await compacted.take(folder)
    const report = await drill(folder, { file, minor: version, expected })
    // Members of 3.5.5 and later answer with the hash they made while they compacted, over what was there before.
    const isAsBefore = expected.hash?.compactRevision !== expected.revision
    expect(isAsBefore).toBe(version === '3.5')
    expect(report).toMatchObject({ verdict: 'proven', basis: isAsBefore ? 'counts' : 'hash' })
    const hash = isAsBefore
      ? { what: 'hash', outcome: 'not-comparable', because: 'compact-revision-differs' }
      : { what: 'hash', outcome: 'holds' }
    expect(report.comparisons.at(-1)).toMatchObject(hash)
  })

  it('is not disturbed by leases that end while it asks', async () => {
    const folder = makeDrillFolder()
    await using leasing = await startSource({ version })
    await leasing.fill({ leaseSeconds: 2 })
    const { file, expected } = await leasing.take(folder)
    const { signal } = new AbortController()
    const parentDir = join(folder, 'drills')
    await using etcd = await openThrowAwayEtcd({ file, minor: version, parentDir, limits: drillLimits, signal })
    const client = openEtcd(etcd.access)
    const [endpoint] = etcd.access.endpoints
    if (!endpoint) throw new Error('no endpoint')
    const newest = async () => (await client.status(endpoint)).header.revision
    await expect.poll(newest, { timeout: 20_000 }).toBeGreaterThan(expected.revision)
    const seen = await readRestored({ client, endpoint, expected, signal, timeoutMs: 10_000 })
    expect(seen.revision).toBeGreaterThan(expected.revision)
    expect(compareRestored(expected, seen)).toMatchObject({ verdict: 'proven', basis: 'hash' })
  })

  it('tells of an alarm the cluster would have again, and proves it all the same', async () => {
    const folder = makeDrillFolder()
    await using full = await startSource({ version, quotaBytes: 2 ** 20 })
    await full.fill()
    await expect(full.perform([largePut])).rejects.toMatchObject({ code: 'etcd-nospace' })
    const { file, expected } = await full.take(folder)
    const report = await drill(folder, { file, minor: version, expected })
    expect(report).toMatchObject({ verdict: 'proven', basis: 'hash', alarms: ['nospace'] })
  })

  it('disproves one in which a value was altered and the checksum made to fit', async () => {
    const report = await drillChanged(alterValue)
    expect(report).toMatchObject({ verdict: 'disproven', basis: null, differences: ['hash-differs'], failure: null })
  })

  it('disproves one whose bytes are not those of its checksum, by the word of etcd', async () => {
    const report = await drillChanged(damageFile)
    expect(report).toMatchObject({
      verdict: 'disproven',
      failure: { code: 'snapshot-refused', details: { stage: 'restore', said: expect.stringContaining('sha256') } },
    })
  })

  it.each([
    ['in which etcd finds no database', loseHeads],
    ['that is cut', (file: string) => truncateSync(file, 20_000)],
    ['that lost its checksum', (file: string) => truncateSync(file, statSync(file).size - 32)],
    ['that is empty', (file: string) => truncateSync(file, 0)],
  ])('disproves one %s', async (_, change) => {
    expect(await drillChanged(change)).toMatchObject({ verdict: 'disproven', failure: { code: 'snapshot-refused' } })
  })

  it('disproves an older one in its place', async () => {
    const folder = makeDrillFolder()
    await source.perform([{ put: { key: Buffer.from('/later'), value: Buffer.from('1') } }])
    const { expected } = await source.take(folder)
    const report = await drill(folder, { file: taken.file, minor: version, expected })
    expect(report).toMatchObject({ verdict: 'disproven', differences: ['revision-missing'] })
  })
})

const largePut: Operation = { put: { key: Buffer.from('/large'), value: Buffer.alloc(2 ** 20) } }
