import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { secondMs } from '#lib/time.ts'
import type { Faulty, FaultyBackups } from './backup-faults.ts'
import {
  expectCaught,
  expectFailure,
  expectNothingLeft,
  expectVerified,
  fillEtcd,
  openFaultyBackups,
} from './backup-faults.ts'
import { startEtcd } from './etcd.ts'
import type { Fault } from './s3-fault-proxy.ts'

/** Of each version: together fifty. */
const flips = 25
const removalEveryMs = 5 * secondMs

const answer = (status: number, code: string): Fault['harm'] => ({ kind: 'answer', status, code })

/** What can go wrong between a member, a worker and a bucket, one fault after the other. */
export function describeBackupFaults(version: '3.4' | '3.5'): void {
  let site: FaultyBackups

  beforeAll(async () => {
    site = await openFaultyBackups()
  })
  afterAll(() => site[Symbol.asyncDispose]())

  describe(`a backup of etcd ${version}`, () => {
    let etcd: RunningEtcd
    let faulty: Faulty

    beforeAll(async () => {
      etcd = await startEtcd({ version })
      await fillEtcd(etcd, { count: 600, valueBytes: 16_000 })
      faulty = await site.add(etcd)
    })
    afterEach(() => {
      site.proxy.setFaults()
      site.proxy.rules.conditions = 'honoured'
      faulty.relays[0]?.setHarm(undefined)
    })
    afterAll(async () => {
      await faulty[Symbol.asyncDispose]()
      await etcd[Symbol.asyncDispose]()
    })

    it.each(Array.from({ length: flips }, () => [Math.random(), Math.floor(Math.random() * 8)] as const))(
      'fails where at %d of the stream bit %i arrives as another',
      async (at, bit) => {
        await expectCaught(site, faulty, { harm: { kind: 'flip', at, bit }, cause: 'checksum-differs' })
      },
    )

    it.each([0, 0.25, 0.75, 0.999_999])('fails where the stream ends in good order after %d of it', async (at) => {
      await expectCaught(site, faulty, {
        harm: { kind: 'truncate', at },
        cause: /^(truncated|trailer-missing|checksum-differs)$/,
      })
    })

    it.each<[string, Fault, string]>([
      ['gives back other bytes', { operation: 'GetObject', harm: { kind: 'wrong-bytes-read' } }, 'storage-bad-answer'],
      ['gives back fewer bytes', { operation: 'GetObject', harm: { kind: 'truncated' } }, 'storage-bad-answer'],
      ['stores other bytes', { operation: 'UploadPart', harm: { kind: 'wrong-bytes-stored' } }, 'storage-bad-answer'],
      ['lies about what it has', { operation: 'HeadObject', harm: { kind: 'lying-etag' } }, 'storage-bad-answer'],
      [
        'says 200 with a failure in it, and has not done it',
        { operation: /Complete/, harm: { kind: 'error-in-200', code: 'InternalError', after: false } },
        'storage-unavailable',
      ],
      [
        'says it is done and does nothing',
        { operation: /Complete/, harm: { kind: 'pretended' } },
        'storage-bad-answer',
      ],
      [
        'refuses a condition it knew',
        { operation: /Complete/, harm: answer(501, 'NotImplemented') },
        'storage-refused',
      ],
      [
        'says nothing but to slow down',
        { operation: 'UploadPart', harm: answer(503, 'SlowDown') },
        'storage-slow-down',
      ],
    ])('fails where the store %s', async (_, harm, problem) => {
      await expectFailure(site, faulty, {
        harm: () => site.proxy.setFaults(harm),
        expected: { problem },
        mend: () => site.proxy.setFaults(),
      })
    })

    it('fails where the credentials are revoked in the middle, and leaves nothing once they are back', async () => {
      const before = await faulty.objects()
      site.proxy.setFaults({ operation: /./, from: 3, harm: answer(403, 'InvalidAccessKeyId') })
      const failed = await faulty.backUp()
      expect(failed).toMatchObject({ state: 'failed', problem: 'storage-credentials' })
      expect(await faulty.uploads()).toHaveLength(1)
      // Those who clear up meet them revoked too, and come again.
      await sleep(removalEveryMs + secondMs)
      expect(await faulty.uploads()).toHaveLength(1)
      site.proxy.setFaults()
      await expectNothingLeft(site, faulty, { id: failed.id, before })
      await expectVerified(faulty, await faulty.backUp(), before)
    })

    it.each<[string, Fault]>([
      [
        'breaks the connection after a part',
        { operation: 'UploadPart', times: 2, harm: { kind: 'reset', after: true } },
      ],
      [
        'says 200 with a failure in it, and has done it',
        { operation: /Complete/, times: 1, harm: { kind: 'error-in-200', code: 'InternalError', after: true } },
      ],
      ['breaks off what it gives back', { operation: 'GetObject', times: 2, harm: { kind: 'reset-mid-body' } }],
      ['gives back other bytes once', { operation: 'GetObject', times: 1, harm: { kind: 'wrong-bytes-read' } }],
      ['loses the answer to the manifest', { operation: 'PutObject', times: 1, harm: { kind: 'reset', after: true } }],
    ])('is verified in the end where the store %s', async (_, harm) => {
      const before = await faulty.objects()
      site.proxy.setFaults(harm)
      await expectVerified(faulty, await faulty.backUp(), before)
    })

    it.each(['ignored', 'not-implemented'] as const)(
      'is verified in a store where conditions are %s',
      async (conditions) => {
        site.proxy.rules.conditions = conditions
        await using plain = await site.add(etcd)
        expect(plain.target.capabilities).toMatchObject({ conditionalPut: false })
        await expectVerified(plain, await plain.backUp(), [])
      },
    )
  })
}
