import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { Secret } from '#lib/secret.ts'
import type { ObjectStore, StoreCapabilities } from '#lib/storage/object-store.ts'
import { openS3Store } from '#lib/storage/s3.ts'
import type { S3Settings } from '#lib/storage/s3-connection.ts'
import type { StoreLimits } from '#lib/storage/store-limits.ts'
import { readAll } from '#tests/support/object-store-suite.ts'
import { ableS3, openPlace, testBucket } from '#tests/support/object-store-suite-place.ts'
import type { Fault, S3FaultProxy } from '#tests/support/s3-fault-proxy.ts'
import { startS3FaultProxy } from '#tests/support/s3-fault-proxy.ts'
import type { S3Server } from '#tests/support/s3-server.ts'
import { startS3Server } from '#tests/support/s3-server.ts'

type Harm = Fault['harm']

const mebibyte = 1024 * 1024

/** Impatient, so that what would take minutes takes a moment. */
const limits: Partial<StoreLimits> = { callMs: 1500, completeMs: 2500, stallMs: 700, backoffMs: 5, attemptsMax: 3 }

let server: S3Server
let proxy: S3FaultProxy
let store: ObjectStore
let number = 0
let key: string

beforeAll(async () => {
  server = await startS3Server(testBucket)
  proxy = await startS3FaultProxy(server)
  store = open()
})

beforeEach(() => {
  number += 1
  key = `faults/${number}`
})

afterEach(() => {
  proxy.setFaults()
  proxy.rules.conditions = 'honoured'
})

afterAll(async () => {
  store.close()
  await proxy[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

function open(capabilities: Partial<StoreCapabilities> = {}, settings = {}): ObjectStore {
  return openPlace({ kind: 's3', port: proxy.port, limits, capabilities: { ...ableS3, ...capabilities }, settings })
}

/** Two parts, the last one short. */
const content = randomBytes(9 * mebibyte)

const upload = () => uploadOf(content)

async function uploadOf(bytes: Buffer): Promise<unknown> {
  await using begun = await store.startUpload(key)
  for (let at = 0; at < bytes.length; at += mebibyte) await begun.write(bytes.subarray(at, at + mebibyte))
  return await begun.complete({ ifAbsent: true })
}

async function nothingIsLeft(): Promise<void> {
  proxy.setFaults()
  expect(await store.head(key)).toBeUndefined()
  expect(await proxy.rules.uploads(testBucket)).toEqual([])
}

const answer = (status: number, code: string, more = {}): Harm => ({ kind: 'answer', status, code, ...more })

describe('a fault that passes', () => {
  test.each<{ what: string; operation: string; harm: Harm; times?: number }>([
    { what: 'the server asks for fewer requests', operation: 'UploadPart', harm: answer(503, 'SlowDown'), times: 2 },
    { what: 'the server fails at a part', operation: 'UploadPart', harm: answer(500, 'InternalError'), times: 2 },
    { what: 'the server fails to begin', operation: 'CreateMultipartUpload', harm: answer(500, 'InternalError') },
    { what: 'a gateway is without its server', operation: 'UploadPart', harm: { kind: 'html', status: 502 } },
    { what: 'the connection breaks before a part', operation: 'UploadPart', harm: { kind: 'reset', after: false } },
    { what: 'the connection breaks after a part', operation: 'UploadPart', harm: { kind: 'reset', after: true } },
    { what: 'a part hangs', operation: 'UploadPart', harm: { kind: 'hang', after: false } },
    { what: 'a part arrives altered', operation: 'UploadPart', harm: { kind: 'wrong-bytes-stored' } },
    { what: 'a part has a lying etag', operation: 'UploadPart', harm: { kind: 'lying-etag' } },
    { what: 'a part is only said to be there', operation: 'UploadPart', harm: { kind: 'pretended' } },
    { what: 'the end is not heard', operation: 'CompleteMultipartUpload', harm: { kind: 'hang', after: false } },
    { what: 'the end is not answered', operation: 'CompleteMultipartUpload', harm: { kind: 'hang', after: true } },
    {
      what: 'the end breaks the connection',
      operation: 'CompleteMultipartUpload',
      harm: { kind: 'reset', after: true },
    },
    {
      what: 'the end fails with status 200',
      operation: 'CompleteMultipartUpload',
      harm: { kind: 'error-in-200', code: 'InternalError', after: false },
    },
    {
      what: 'the end is done, and said to have failed',
      operation: 'CompleteMultipartUpload',
      harm: { kind: 'error-in-200', code: 'InternalError', after: true },
    },
  ])('does an upload no harm where $what', async ({ operation, harm, times = 1 }) => {
    proxy.setFaults({ operation, harm, times })
    await upload()
    proxy.setFaults()
    expect((await readAll(store, key)).equals(content)).toBe(true)
    expect(await proxy.rules.uploads(testBucket)).toEqual([])
  })

  test.each<{ what: string; operation: string; harm: Harm }>([
    { what: 'the server asks for fewer requests', operation: 'PutObject', harm: answer(503, 'SlowDown') },
    { what: 'the answer is lost', operation: 'PutObject', harm: { kind: 'reset', after: true } },
    { what: 'no answer comes', operation: 'PutObject', harm: { kind: 'hang', after: true } },
    { what: 'other bytes arrive', operation: 'PutObject', harm: { kind: 'wrong-bytes-stored' } },
  ])('does a put no harm where $what', async ({ operation, harm }) => {
    for (const conditionalPut of [true, false]) {
      proxy.setFaults({ operation, harm, times: 1 })
      const own = open({ conditionalPut })
      await own.put(`${key}/${conditionalPut}`, Buffer.from('mine'), { ifAbsent: true })
      expect(String(await readAll(own, `${key}/${conditionalPut}`))).toBe('mine')
      own.close()
    }
  })

  test.each<{ what: string; harm: Harm; times: number }>([
    { what: 'breaks in the middle', harm: { kind: 'reset-mid-body' }, times: 3 },
    { what: 'stands still in the middle', harm: { kind: 'hang-mid-body' }, times: 1 },
  ])('takes a read up again that $what', async ({ harm, times }) => {
    const bytes = randomBytes(4 * mebibyte)
    await store.put(key, bytes, { ifAbsent: true })
    proxy.setFaults({ operation: 'GetObject', harm, times })
    expect((await readAll(store, key)).equals(bytes)).toBe(true)
    proxy.setFaults({ operation: 'GetObject', harm, times })
    expect((await readAll(store, key, { start: 1000, end: 3_000_000 })).equals(bytes.subarray(1000, 3_000_000))).toBe(
      true,
    )
  })
})

test('the end of an upload may take long in silence, and is asked for once', async () => {
  proxy.setFaults({ operation: 'CompleteMultipartUpload', harm: { kind: 'slow', ms: 2 * (limits.stallMs ?? 0) } })
  const before = proxy.asked.length
  await uploadOf(randomBytes(1000))
  expect(proxy.asked.slice(before).filter((one) => one.startsWith('CompleteMultipartUpload'))).toHaveLength(1)
})

test('a reader who is slow loses nothing, and one who never reads harms nobody', async () => {
  const bytes = randomBytes(8 * mebibyte)
  await store.put(key, bytes, { ifAbsent: true })
  await using unread = await store.read(key)
  const pieces: Uint8Array[] = []
  for await (const piece of await store.read(key)) {
    if (pieces.length % 60 === 5) await sleep(2 * (limits.stallMs ?? 0))
    pieces.push(piece)
  }
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true)
  expect(unread.sizeBytes).toBe(bytes.length)
})

async function failureOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    return error
  }
}

/** Who may not look cannot tell what became of an answer that got lost. */
function isBlinding(faults: readonly Fault[]): boolean {
  return faults.some(({ operation }) => operation === 'HeadObject' || operation === 'GetObject')
}

async function nothingCameOf(failure: unknown, isBlind: boolean): Promise<void> {
  expect(failure).toBeInstanceOf(AppError)
  if (!isBlind) expect(await store.head(key)).toBeUndefined()
  // Where no attempt to begin was ever answered, one may have begun something without a byte, which is found by listing.
  const isBegun = !(failure instanceof AppError) || failure.details.operation !== 'CreateMultipartUpload'
  for (const upload of isBegun ? [] : await store.listUploads('')) await store.abortUpload(upload)
}

describe('faults of any kind, at any time', () => {
  const broken: Harm[] = [
    { kind: 'answer', status: 503, code: 'SlowDown' },
    { kind: 'answer', status: 500, code: 'InternalError' },
    { kind: 'html', status: 502 },
    { kind: 'reset', after: false },
    { kind: 'reset', after: true },
    { kind: 'hang', after: true },
    { kind: 'error-in-200', code: 'InternalError', after: true },
  ]
  const refused: Harm[] = [
    { kind: 'answer', status: 403, code: 'AccessDenied' },
    { kind: 'answer', status: 403, code: 'InvalidAccessKeyId' },
    { kind: 'lying-etag' },
    { kind: 'wrong-bytes-stored' },
  ]
  const cleaning = ['AbortMultipartUpload', 'DeleteObject', 'ListParts']
  const writing = [
    'CreateMultipartUpload',
    'UploadPart',
    'CompleteMultipartUpload',
    'PutObject',
    'HeadObject',
    'GetObject',
  ]
  const when = { from: fc.integer({ min: 1, max: 3 }), times: fc.integer({ min: 1, max: 2 }) }
  const fault = fc.oneof(
    fc.record({ operation: fc.constantFrom(...cleaning), harm: fc.constantFrom(...broken), ...when }),
    fc.record({ operation: fc.constantFrom(...writing), harm: fc.constantFrom(...broken, ...refused), ...when }),
  )

  test('leave an object whole, or nothing at all', async () => {
    const outcomes = { whole: 0, nothing: 0 }
    const round = async (faults: Fault[], isUpload: boolean) => {
      number += 1
      key = `faults/${number}`
      const bytes = randomBytes(100_000)
      proxy.setFaults(...faults)
      const write = () => (isUpload ? uploadOf(bytes) : store.put(key, bytes, { ifAbsent: true }))
      const failure = await failureOf(write)
      proxy.setFaults()
      outcomes[failure ? 'nothing' : 'whole'] += 1
      if (failure) await nothingCameOf(failure, isBlinding(faults))
      else expect((await readAll(store, key)).equals(bytes)).toBe(true)
      expect(await proxy.rules.uploads(testBucket)).toEqual([])
    }
    const property = fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 4 }), fc.boolean(), round)
    await fc.assert(property, { numRuns: 40, endOnFailure: true })
    expect(Math.min(outcomes.whole, outcomes.nothing)).toBeGreaterThan(0)
  })
})

describe('a fault that stays', () => {
  test.each<{ what: string; operation: string | RegExp; harm: Harm; from?: number; code: string; details?: object }>([
    {
      what: 'the server is too busy',
      operation: 'UploadPart',
      harm: answer(503, 'SlowDown'),
      code: 'storage-slow-down',
    },
    {
      what: 'the server fails',
      operation: 'UploadPart',
      harm: answer(500, 'InternalError'),
      code: 'storage-unavailable',
    },
    {
      what: 'parts break off',
      operation: 'UploadPart',
      harm: { kind: 'reset', after: false },
      code: 'storage-unavailable',
    },
    { what: 'parts hang', operation: 'UploadPart', harm: { kind: 'hang', after: false }, code: 'timed-out' },
    {
      what: 'parts arrive altered',
      operation: 'UploadPart',
      harm: { kind: 'wrong-bytes-stored' },
      code: 'storage-bad-answer',
    },
    {
      what: 'parts are not believed',
      operation: 'UploadPart',
      harm: answer(400, 'BadDigest'),
      code: 'storage-bad-answer',
    },
    {
      what: 'the right to write was taken away',
      operation: 'UploadPart',
      from: 2,
      harm: answer(403, 'AccessDenied'),
      code: 'storage-denied',
      details: { permission: 's3:PutObject' },
    },
    {
      what: 'the keys were revoked on the way',
      operation: 'UploadPart',
      from: 2,
      harm: answer(403, 'InvalidAccessKeyId'),
      code: 'storage-credentials',
    },
    {
      what: 'the quota is used up',
      operation: 'UploadPart',
      from: 2,
      harm: answer(403, 'QuotaExceeded'),
      code: 'storage-full',
    },
    { what: 'the disk is full', operation: 'UploadPart', harm: answer(507, 'XMinioStorageFull'), code: 'storage-full' },
    {
      what: 'somebody else has ended the upload',
      operation: 'UploadPart',
      harm: answer(404, 'NoSuchUpload'),
      code: 'storage-upload-missing',
    },
    {
      what: 'the end is refused',
      operation: 'CompleteMultipartUpload',
      harm: answer(403, 'AccessDenied'),
      code: 'storage-denied',
      details: { permission: 's3:PutObject' },
    },
    {
      what: 'the end fails with status 200',
      operation: 'CompleteMultipartUpload',
      harm: { kind: 'error-in-200', code: 'InternalError', after: false },
      code: 'storage-unavailable',
    },
    {
      what: 'the end is refused with status 200',
      operation: 'CompleteMultipartUpload',
      harm: { kind: 'error-in-200', code: 'AccessDenied', after: false },
      code: 'storage-denied',
    },
    {
      what: 'the end hangs',
      operation: 'CompleteMultipartUpload',
      harm: { kind: 'hang', after: false },
      code: 'timed-out',
    },
    {
      what: 'the end is only said to be done',
      operation: 'CompleteMultipartUpload',
      harm: { kind: 'pretended' },
      code: 'storage-bad-answer',
    },
    {
      what: 'the whole has a lying etag',
      operation: 'HeadObject',
      harm: { kind: 'lying-etag' },
      code: 'storage-bad-answer',
    },
  ])('ends an upload as $code and leaves nothing where $what', async ({ operation, from = 1, harm, code, details }) => {
    proxy.setFaults({ operation, from, harm })
    await expect(upload()).rejects.toMatchObject({ code, ...(details && { details }) })
    await nothingIsLeft()
  })

  test('tells of no end it has not seen, and takes away what came of it', async () => {
    proxy.setFaults(
      { operation: 'CompleteMultipartUpload', harm: { kind: 'hang', after: true } },
      { operation: 'HeadObject', harm: answer(500, 'InternalError') },
    )
    const begun = await store.startUpload(key)
    await begun.write(Buffer.from('half seen'))
    await expect(begun.complete({ ifAbsent: true })).rejects.toMatchObject({ code: 'storage-unavailable' })
    proxy.setFaults()
    await begun.abort()
    await nothingIsLeft()
  })

  test('never takes somebody else’s object for its own, nor removes it', async () => {
    const begun = await store.startUpload(key)
    await begun.write(Buffer.from('mine'))
    const other = open()
    await other.put(key, Buffer.from('his!'), { ifAbsent: true })
    proxy.setFaults({ operation: 'CompleteMultipartUpload', harm: { kind: 'hang', after: false }, times: 1 })
    await expect(begun.complete({ ifAbsent: true })).rejects.toMatchObject({ code: 'storage-object-exists' })
    await begun.abort()
    expect(String(await readAll(other, key))).toBe('his!')
    other.close()
  })

  test('removes a part that arrives after the upload was aborted', async () => {
    const begun = await store.startUpload(key)
    await begun.write(content)
    proxy.setFaults({ operation: 'AbortMultipartUpload', harm: { kind: 'pretended' }, times: 1 })
    await begun.abort()
    await nothingIsLeft()
  })

  test.each([200, 404, 500])('does not take the memory of others with an endless answer (%i)', async (status) => {
    proxy.setFaults({ operation: /./, harm: { kind: 'endless', status } })
    const before = process.memoryUsage.rss()
    expect(await codeOf(store.list('a/'))).toBe('storage-bad-answer')
    expect(await codeOf(store.put(key, randomBytes(1000), { ifAbsent: true }))).toBe('storage-bad-answer')
    expect(process.memoryUsage.rss() - before).toBeLessThan(400 * 1024 * 1024)
  })

  test.each<{ what: string; harm: Harm; code: string }>([
    { what: 'altered bytes', harm: { kind: 'wrong-bytes-read' }, code: 'storage-bad-answer' },
    { what: 'an end too early that keeps to its length', harm: { kind: 'truncated' }, code: 'storage-bad-answer' },
    { what: 'another etag than its bytes have', harm: { kind: 'lying-etag' }, code: 'storage-bad-answer' },
    { what: 'no object of S3', harm: { kind: 'html', status: 200 }, code: 'storage-bad-answer' },
    { what: 'no answer', harm: { kind: 'hang', after: false }, code: 'timed-out' },
    { what: 'a broken connection', harm: { kind: 'reset', after: false }, code: 'storage-unavailable' },
    { what: 'a failure', harm: answer(500, 'InternalError'), code: 'storage-unavailable' },
  ])('is heard by whoever reads: $what', async ({ harm, code }) => {
    await store.put(key, randomBytes(1000), { ifAbsent: true })
    proxy.setFaults({ operation: 'GetObject', harm })
    await expect(readAll(store, key)).rejects.toMatchObject({ code })
  })

  test('ends a read of which another object would be the rest', async () => {
    const bytes = randomBytes(2 * mebibyte)
    await store.put(key, bytes, { ifAbsent: true })
    proxy.setFaults({ operation: 'GetObject', harm: { kind: 'reset-mid-body' }, times: 1 })
    const body = await store.read(key)
    const read = async () => {
      for await (const piece of body) {
        if (piece.length > 0) await open().put(key, randomBytes(bytes.length), { ifAbsent: false })
      }
    }
    await expect(read()).rejects.toMatchObject({ code: 'storage-bad-answer' })
  })

  test('leaves no altered object behind a put that was told of it', async () => {
    proxy.setFaults({ operation: 'PutObject', harm: { kind: 'wrong-bytes-stored' } })
    await expect(store.put(key, Buffer.from('mine'), { ifAbsent: true })).rejects.toMatchObject({
      code: 'storage-bad-answer',
    })
    await nothingIsLeft()
  })
})

describe('what S3 says', () => {
  test.each<{ operation: string; ask: (to: ObjectStore) => Promise<unknown>; permission: string }>([
    {
      operation: 'PutObject',
      ask: (to) => to.put(key, Buffer.from('x'), { ifAbsent: false }),
      permission: 's3:PutObject',
    },
    { operation: 'GetObject', ask: (to) => to.read(key), permission: 's3:GetObject' },
    { operation: 'ListObjectsV2', ask: (to) => to.list(''), permission: 's3:ListBucket' },
    { operation: 'DeleteObject', ask: (to) => to.delete(key), permission: 's3:DeleteObject' },
    { operation: 'CreateMultipartUpload', ask: (to) => to.startUpload(key), permission: 's3:PutObject' },
    {
      operation: 'AbortMultipartUpload',
      ask: (to) => to.abortUpload({ key, id: 'x' }),
      permission: 's3:AbortMultipartUpload',
    },
    {
      operation: 'ListMultipartUploads',
      ask: (to) => to.listUploads(''),
      permission: 's3:ListBucketMultipartUploads',
    },
  ])('names the right that $operation lacks', async ({ operation, ask, permission }) => {
    proxy.setFaults({ operation, harm: answer(403, 'AccessDenied') })
    await expect(ask(store)).rejects.toMatchObject({ code: 'storage-denied', details: { operation, permission } })
    expect(proxy.asked.filter((one) => one.startsWith(operation)).length).toBeGreaterThan(0)
  })

  test('asks only once for what is refused', async () => {
    proxy.setFaults({ operation: 'PutObject', harm: answer(403, 'AccessDenied') })
    const before = proxy.asked.length
    await expect(store.put(key, Buffer.from('x'), { ifAbsent: false })).rejects.toThrow()
    expect(proxy.asked.slice(before)).toEqual([`PutObject ${key}`])
  })

  test.each([
    {
      what: 'a wrong secret',
      settings: { secret: 'another' },
      code: 'storage-credentials',
      reason: 'SignatureDoesNotMatch',
    },
    {
      what: 'an unknown key',
      settings: { accessKeyId: 'AKIANOBODY' },
      code: 'storage-credentials',
      reason: 'InvalidAccessKeyId',
    },
    { what: 'a missing bucket', settings: { bucket: 'nowhere' }, code: 'storage-no-bucket', reason: 'NoSuchBucket' },
  ])('tells $what from all else, whatever is asked', async ({ settings, code, reason }) => {
    const own = open({}, settings)
    const wanted = { code, details: { reason } }
    await expect(own.put(key, Buffer.from('x'), { ifAbsent: true })).rejects.toMatchObject(wanted)
    await expect(own.head(key)).rejects.toMatchObject(wanted)
    await expect(own.read(key)).rejects.toMatchObject(wanted)
    await expect(own.list('')).rejects.toMatchObject(wanted)
    await expect(own.startUpload(key)).rejects.toMatchObject(wanted)
    await expect(own.delete(key)).rejects.toMatchObject(wanted)
    own.close()
  })

  test('tells both times where the clocks are too far apart, every time', async () => {
    const own = open()
    proxy.rules.aheadMs = 3_600_000
    const ask = () => own.put(key, Buffer.from('x'), { ifAbsent: false })
    for (const attempt of [ask, ask]) {
      const failure = await attempt().catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: 'storage-clock-skew' })
      const { ourTime, storageTime } = Reflect.get(new Object(failure), 'details')
      expect(Date.parse(storageTime) - Date.parse(ourTime)).toBeGreaterThan(3_500_000)
    }
    proxy.rules.aheadMs = 0
    own.close()
  })

  test.each([
    {
      what: 'in a header',
      harm: answer(301, 'PermanentRedirect', { headers: { 'x-amz-bucket-region': 'eu-central-1' } }),
      rightRegion: 'eu-central-1',
    },
    {
      what: 'in the body',
      harm: answer(400, 'AuthorizationHeaderMalformed', { fields: { Region: 'eu-west-1' } }),
      rightRegion: 'eu-west-1',
    },
  ])('names the right region where S3 tells it $what, and goes nowhere else', async ({ harm, rightRegion }) => {
    proxy.setFaults({ operation: /./, harm })
    const wanted = { code: 'storage-region', details: { region: 'us-east-1', rightRegion } }
    await expect(store.put(key, Buffer.from('x'), { ifAbsent: false })).rejects.toMatchObject(wanted)
    await expect(store.head(key)).rejects.toMatchObject(wanted)
  })

  test('follows no redirect', async () => {
    await using away = await startS3FaultProxy(server)
    const location = `http://127.0.0.1:${away.port}/`
    proxy.setFaults({ operation: /./, harm: answer(307, 'TemporaryRedirect', { headers: { location } }) })
    await expect(store.list('')).rejects.toMatchObject({ code: 'storage-region' })
    expect(away.asked).toEqual([])
  })

  test.each<{ operation: string; ask: () => Promise<unknown> }>([
    { operation: 'PutObject', ask: () => store.put(key, Buffer.from('x'), { ifAbsent: false }) },
    { operation: 'ListObjectsV2', ask: () => store.list('') },
    { operation: 'ListMultipartUploads', ask: () => store.listUploads('') },
    { operation: 'CreateMultipartUpload', ask: () => store.startUpload(key) },
    { operation: 'HeadObject', ask: () => store.head(key) },
    { operation: 'GetObject', ask: () => store.read(key) },
  ])('believes no portal that answers $operation with a page', async ({ operation, ask }) => {
    proxy.setFaults({ operation, harm: { kind: 'html', status: 200 } })
    await expect(ask()).rejects.toMatchObject({ code: 'storage-bad-answer' })
  })
})

const nobody = { policy: { privateRanges: [], loopback: [] } }
const anyone = {
  region: 'us-east-1',
  bucket: testBucket,
  pathStyle: true,
  accessKeyId: 'AKIATEST',
  secretAccessKey: new Secret('secret-of-the-test'),
}

describe('the way to a store', () => {
  test('is refused to an address that nobody granted, before a byte is sent', async () => {
    const asked = proxy.asked.length
    for (const host of ['127.0.0.1', '169.254.169.254', '10.0.0.1', 'localhost']) {
      const closed = openS3Store({ ...anyone, endpoint: `http://${host}:${proxy.port}` }, { door: nobody })
      await expect(closed.head(key)).rejects.toMatchObject({ code: 'address-denied' })
      closed.close()
    }
    expect(proxy.asked).toHaveLength(asked)
  })

  test('says that nobody listens', async () => {
    const closed = openPlace({ kind: 's3', port: 1, limits })
    await expect(closed.head(key)).rejects.toMatchObject({ code: 'connection-refused' })
    closed.close()
  })

  test('is no way where something else than HTTP answers', async () => {
    const deaf = createServer((socket) => socket.on('error', () => undefined).end('220 mail.example.com ESMTP\r\n'))
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve))
    const address = deaf.address()
    const wrong = openPlace({ kind: 's3', port: typeof address === 'object' ? (address?.port ?? 0) : 0, limits })
    await expect(wrong.head(key)).rejects.toMatchObject({ code: 'storage-bad-answer' })
    wrong.close()
    deaf.close()
  })

  test.each<{ settings: Partial<S3Settings>; code: string }>([
    { settings: { endpoint: 'ftp://s3.example.com' }, code: 'address-malformed' },
    { settings: { endpoint: 'https://user:pass@s3.example.com' }, code: 'address-malformed' },
    { settings: { endpoint: 'https://s3.example.com/path' }, code: 'address-malformed' },
    { settings: { endpoint: 'https://s3.example.com?x' }, code: 'address-malformed' },
    { settings: { endpoint: 'nonsense' }, code: 'address-malformed' },
    { settings: { endpoint: '' }, code: 'address-malformed' },
    { settings: { bucket: 'arn:aws:s3:eu-west-1:1:accesspoint/x' }, code: 'storage-no-bucket' },
    { settings: { bucket: 'a/../b' }, code: 'storage-no-bucket' },
    { settings: { bucket: '' }, code: 'storage-no-bucket' },
    { settings: { region: 'x.evil.example/' }, code: 'storage-region' },
    { settings: { region: 'a@evil.example' }, code: 'storage-region' },
  ])('is not begun with $settings', ({ settings, code }) => {
    expect(() => openS3Store({ ...anyone, ...settings }, { door: nobody })).toThrow(expect.objectContaining({ code }))
  })

  test.each([
    'https://s3.example.com:443',
    'http://s3.example.com/',
    'https://[2001:db8::1]:9000',
    'HTTPS://S3.Example.com',
  ])('may be begun with the endpoint %s', (endpoint) => {
    expect(openS3Store({ ...anyone, endpoint }, { door: nobody }).describe()).toContain(new URL(endpoint).origin)
  })
})

async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'none',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )
}
