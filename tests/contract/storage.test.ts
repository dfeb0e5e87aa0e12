import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { ObjectStore } from '#lib/storage/object-store.ts'
import { objectStoreSuite } from '#tests/support/object-store-suite.ts'
import type { Place } from '#tests/support/object-store-suite-place.ts'
import { ableS3, openPlace, testBucket } from '#tests/support/object-store-suite-place.ts'
import type { S3FaultProxy } from '#tests/support/s3-fault-proxy.ts'
import { startS3FaultProxy } from '#tests/support/s3-fault-proxy.ts'
import type { S3Server } from '#tests/support/s3-server.ts'
import { startS3Server } from '#tests/support/s3-server.ts'

let server: S3Server
let proxy: S3FaultProxy
let folder: string
const opened = new Map<Place['kind'], { store: ObjectStore; place: Place }>()

beforeAll(async () => {
  server = await startS3Server(testBucket)
  proxy = await startS3FaultProxy(server)
  folder = await mkdtemp(join(tmpdir(), 'kstone-directory-'))
  const places: Place[] = [
    { kind: 'directory', path: folder },
    { kind: 's3', port: proxy.port, capabilities: ableS3 },
  ]
  for (const place of places) opened.set(place.kind, { store: openPlace(place), place })
})

afterAll(async () => {
  for (const { store } of opened.values()) store.close()
  await proxy[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

function underTest(kind: Place['kind']) {
  const found = opened.get(kind)
  if (!found) throw new Error(`No ${kind}`)
  return found
}

objectStoreSuite('a directory', () => underTest('directory'))
objectStoreSuite('a bucket', () => underTest('s3'))
