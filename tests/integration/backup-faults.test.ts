import { rename } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import type { Faulty, FaultyBackups } from '#tests/support/backup-faults.ts'
import {
  expectCaught,
  expectFailure,
  expectVerified,
  fillEtcd,
  openFaultyBackups,
} from '#tests/support/backup-faults.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import type { Fault } from '#tests/support/s3-fault-proxy.ts'

let site: FaultyBackups

beforeAll(async () => {
  site = await openFaultyBackups()
})
afterAll(() => site[Symbol.asyncDispose]())

const answer = (status: number, code: string): Fault['harm'] => ({ kind: 'answer', status, code })

describe.each(['3.4', '3.5'] as const)('a backup of etcd %s', (version) => {
  let etcd: RunningEtcd
  let other: RunningEtcd
  let faulty: Faulty

  beforeAll(async () => {
    ;[etcd, other] = await Promise.all([startEtcd({ version }), startEtcd({ version })])
    for (const one of [etcd, other]) await fillEtcd(one, { count: 500, valueBytes: 500 })
    faulty = await site.add(etcd)
  })
  afterEach(() => {
    site.proxy.setFaults()
    site.proxy.rules.aheadMs = 0
    faulty.relays[0]?.setHarm(undefined)
  })
  afterAll(async () => {
    await faulty[Symbol.asyncDispose]()
    for (const one of [etcd, other]) await one[Symbol.asyncDispose]()
  })

  const fault = (problem: string, ...faults: Fault[]) =>
    expectFailure(site, faulty, {
      harm: () => site.proxy.setFaults(...faults),
      expected: { problem },
      mend: () => site.proxy.setFaults(),
    })

  it.each([0, 0.37, 0.999_999])('fails where one bit at %d of the stream arrives as another', async (at) => {
    await expectCaught(site, faulty, { harm: { kind: 'flip', at, bit: 3 }, cause: 'checksum-differs' })
  })

  it('fails where the stream ends in good order before its end', async () => {
    await expectCaught(site, faulty, { harm: { kind: 'truncate', at: 0.5001 }, cause: 'truncated' })
  })

  it('fails where the stream lacks its digest', async () => {
    await expectCaught(site, faulty, { harm: { kind: 'no-digest' }, cause: 'trailer-missing' })
  })

  it('fails where the stream is that of another cluster', async () => {
    const port = Number(new URL(other.members[0]?.clientUrl ?? '').port)
    await expectCaught(site, faulty, { harm: { kind: 'another', port }, cause: 'another-cluster' })
  })

  it('fails where the store is full', async () => {
    await fault('storage-full', { operation: 'UploadPart', harm: answer(507, 'InsufficientStorage') })
  })

  it('fails where the bucket is gone', async () => {
    const aside = `${site.bucketFolder}-aside`
    await expectFailure(site, faulty, {
      harm: () => rename(site.bucketFolder, aside),
      expected: { problem: 'storage-no-bucket' },
      mend: () => rename(aside, site.bucketFolder),
    })
  })

  it('fails where the clock of the store is another', async () => {
    const { rules } = site.proxy
    await expectFailure(site, faulty, {
      harm: () => Object.assign(rules, { aheadMs: 3_600_000 }),
      expected: { problem: 'storage-clock-skew' },
      mend: () => Object.assign(rules, { aheadMs: 0 }),
    })
  })

  it.each<[string, Fault]>([
    ['says to slow down', { operation: /Upload/, times: 2, harm: answer(503, 'SlowDown') }],
    [
      'breaks the connection under a part',
      { operation: 'UploadPart', times: 2, harm: { kind: 'reset', after: false } },
    ],
    ['breaks it after the end', { operation: /Complete/, times: 1, harm: { kind: 'reset', after: true } }],
  ])('is verified where the store %s', async (_, harm) => {
    const before = await faulty.objects()
    const askedBefore = site.proxy.asked.length
    site.proxy.setFaults(harm)
    await expectVerified(faulty, await faulty.backUp(), before)
    const hit = site.proxy.asked.slice(askedBefore).filter((asked) => asked.split(' ')[0]?.match(harm.operation))
    expect(hit.length).toBeGreaterThanOrEqual(harm.times ?? 0)
  })
})
