import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openDirectoryStore } from '#lib/storage/directory.ts'
import type { ObjectStore } from '#lib/storage/object-store.ts'
import type { ProbeReport } from '#lib/storage/probe.ts'
import { probeStore } from '#lib/storage/probe.ts'
import { ableS3, openPlace, testBucket } from '#tests/support/object-store-suite-place.ts'
import type { Fault, S3FaultProxy } from '#tests/support/s3-fault-proxy.ts'
import { startS3FaultProxy } from '#tests/support/s3-fault-proxy.ts'
import type { S3Server } from '#tests/support/s3-server.ts'
import { startS3Server } from '#tests/support/s3-server.ts'

const limits = { callMs: 1500, completeMs: 1500, stallMs: 700, backoffMs: 5, attemptsMax: 2 }

let server: S3Server
let proxy: S3FaultProxy
let store: ObjectStore

beforeAll(async () => {
  server = await startS3Server(testBucket)
  proxy = await startS3FaultProxy(server)
  store = open()
})

afterEach(() => {
  proxy.setFaults()
  proxy.rules.conditions = 'honoured'
  proxy.rules.aheadMs = 0
})

afterAll(async () => {
  store.close()
  await proxy[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

/** As somebody has just written it down: nothing is known of it. */
function open(settings = {}): ObjectStore {
  return openPlace({ kind: 's3', port: proxy.port, limits, settings })
}

function outcomes({ steps }: ProbeReport): Record<string, string> {
  return Object.fromEntries(steps.map(({ step, outcome }) => [step, outcome]))
}

async function nothingIsLeft(): Promise<void> {
  proxy.setFaults()
  expect((await store.list('')).objects).toEqual([])
  expect(await proxy.rules.uploads(testBucket)).toEqual([])
}

const denied: Fault['harm'] = { kind: 'answer', status: 403, code: 'AccessDenied' }

describe('the probe of a bucket', () => {
  test('finds out all that Amazon can do, and leaves nothing', async () => {
    const report = await probeStore(store)
    expect(report).toMatchObject({ isUsable: true, capabilities: ableS3, leftBehind: [] })
    expect(new Set(Object.values(outcomes(report)))).toEqual(new Set(['pass']))
    expect(report.steps.every(({ ms }) => ms >= 0 && ms < 10_000)).toBe(true)
    await nothingIsLeft()
  })

  test.each(['ignored', 'not-implemented'] as const)('does without conditions that are %s', async (conditions) => {
    proxy.rules.conditions = conditions
    const report = await probeStore(store)
    const capabilities = { ...ableS3, conditionalPut: false, conditionalComplete: false }
    expect(report).toMatchObject({ isUsable: true, capabilities, leftBehind: [] })
    expect(outcomes(report)).toMatchObject({
      'conditional-put': 'not-supported',
      'conditional-complete': 'not-supported',
      'overwrite-refused': 'pass',
    })
    await nothingIsLeft()
  })

  test('knows what it found: a store used so refuses to overwrite without conditions', async () => {
    proxy.rules.conditions = 'ignored'
    const { capabilities } = await probeStore(store)
    const careful = store.withCapabilities(capabilities)
    await careful.put('known/one', Buffer.from('first'), { ifAbsent: true })
    await expect(careful.put('known/one', Buffer.from('later'), { ifAbsent: true })).rejects.toMatchObject({
      code: 'storage-object-exists',
    })
    await careful.delete('known/one')
  })

  test('does not believe etags that are no checksums', async () => {
    proxy.setFaults({ operation: /^(PutObject|HeadObject|GetObject)$/, harm: { kind: 'lying-etag' } })
    const report = await probeStore(store)
    expect(report).toMatchObject({ isUsable: true, capabilities: { etagIsMd5: false } })
    await nothingIsLeft()
  })

  test.each([
    { step: 'put', operation: 'PutObject', permission: 's3:PutObject' },
    { step: 'head', operation: /^(HeadObject|GetObject)$/, permission: 's3:GetObject' },
    { step: 'list', operation: 'ListObjectsV2', permission: 's3:ListBucket' },
    { step: 'multipart', operation: 'CreateMultipartUpload', permission: 's3:PutObject' },
    { step: 'list-uploads', operation: 'ListMultipartUploads', permission: 's3:ListBucketMultipartUploads' },
    { step: 'abort', operation: 'AbortMultipartUpload', permission: 's3:AbortMultipartUpload' },
    { step: 'delete', operation: 'DeleteObject', permission: 's3:DeleteObject' },
  ])('names the right that is missing for $step: $permission', async ({ step, operation, permission }) => {
    proxy.setFaults({ operation, harm: denied })
    const report = await probeStore(store)
    const failed = report.steps.find((result) => result.step === step)
    expect(failed).toMatchObject({ outcome: 'fail', error: { code: 'storage-denied', details: { permission } } })
    expect(report.isUsable).toBe(step === 'list-uploads')
    proxy.setFaults()
    for (const key of report.leftBehind) await store.delete(key)
    for (const upload of await store.listUploads('')) await store.abortUpload(upload)
    await nothingIsLeft()
  })

  test('says which keys it could not take away', async () => {
    proxy.setFaults({ operation: 'DeleteObject', harm: denied })
    const { leftBehind } = await probeStore(store)
    proxy.setFaults()
    const { objects } = await store.list('')
    expect(leftBehind.toSorted()).toEqual(objects.map(({ key }) => key).toSorted())
    for (const key of leftBehind) await store.delete(key)
    await nothingIsLeft()
  })

  test('names every right that is missing at once', async () => {
    proxy.setFaults(
      { operation: 'ListObjectsV2', harm: denied },
      { operation: 'AbortMultipartUpload', harm: denied },
      { operation: 'ListMultipartUploads', harm: denied },
    )
    const { steps, leftBehind } = await probeStore(store)
    const missing = steps.flatMap(({ error }) => error?.details.permission ?? [])
    expect(new Set(missing)).toEqual(
      new Set(['s3:ListBucket', 's3:AbortMultipartUpload', 's3:ListBucketMultipartUploads']),
    )
    expect(leftBehind).toEqual([])
    proxy.setFaults()
    for (const upload of await store.listUploads('')) await store.abortUpload(upload)
  })

  test.each([
    { what: 'a wrong secret', settings: { secret: 'another' }, code: 'storage-credentials' },
    { what: 'an unknown key', settings: { accessKeyId: 'AKIANOBODY' }, code: 'storage-credentials' },
    { what: 'a missing bucket', settings: { bucket: 'nowhere' }, code: 'storage-no-bucket' },
  ])('stops at the first step at $what', async ({ settings, code }) => {
    const own = open(settings)
    const { steps, isUsable, leftBehind } = await probeStore(own)
    expect(steps[0]).toMatchObject({ step: 'put', outcome: 'fail', error: { code } })
    expect(steps.slice(1).every(({ outcome }) => outcome === 'skipped')).toBe(true)
    expect({ isUsable, leftBehind }).toEqual({ isUsable: false, leftBehind: [] })
    own.close()
  })

  test('tells clocks that are too far apart, with both times', async () => {
    proxy.rules.aheadMs = -3_600_000
    const own = open()
    const { steps } = await probeStore(own)
    expect(steps[0]).toMatchObject({
      error: { code: 'storage-clock-skew', details: { ourTime: expect.any(String), storageTime: expect.any(String) } },
    })
    own.close()
  })

  test('tells a server that is not reached from one that must not be', async () => {
    const refused = openPlace({ kind: 's3', port: 1, limits })
    expect((await probeStore(refused)).steps[0]).toMatchObject({ error: { code: 'connection-refused' } })
    refused.close()
  })

  test('says that a place is too slow where its time is over, and cleans up all the same', async () => {
    proxy.setFaults({ operation: 'ListObjectsV2', harm: { kind: 'hang', after: false } })
    const { steps, isUsable } = await probeStore(store, { timeoutMs: 500 })
    const late = steps.find(({ step }) => step === 'list')
    expect(late).toMatchObject({ outcome: 'fail', error: { code: 'timed-out', details: { phase: 'probe' } } })
    expect(steps.slice(5).map(({ outcome }) => outcome)).toEqual(steps.slice(5).map(() => 'skipped'))
    expect(isUsable).toBe(false)
    await nothingIsLeft()
  })

  test('ends when nobody waits for it any more, and cleans up all the same', async () => {
    const asker = new AbortController()
    proxy.setFaults({ operation: 'ListObjectsV2', harm: { kind: 'hang', after: false } })
    const probe = probeStore(store, { signal: asker.signal })
    setTimeout(() => asker.abort(new Error('Went away')), 300)
    await expect(probe).rejects.toThrow('Went away')
    await nothingIsLeft()
  })
})

describe('the probe of a directory', () => {
  test('says of one that is not there that it is not there', async () => {
    const { steps, isUsable } = await probeStore(openDirectoryStore('/nonexistent/backups'))
    expect(steps[0]).toMatchObject({ outcome: 'fail', error: { code: 'storage-no-bucket' } })
    expect(isUsable).toBe(false)
  })

  test('says of a file that it is no directory', async () => {
    const { steps } = await probeStore(openDirectoryStore('/etc/hostname'))
    expect(steps[0]).toMatchObject({ outcome: 'fail', error: { code: 'storage-no-bucket' } })
  })

  test('says of one that cannot be written that it cannot', async () => {
    const { steps, isUsable } = await probeStore(openDirectoryStore('/sys'))
    expect(steps[0]).toMatchObject({
      outcome: 'fail',
      error: { code: 'storage-denied', details: { permission: 'write' } },
    })
    expect(isUsable).toBe(false)
  })
})
