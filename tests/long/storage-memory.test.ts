import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Place } from '#tests/support/object-store-suite-place.ts'
import { testBucket } from '#tests/support/object-store-suite-place.ts'
import { startS3Server } from '#tests/support/s3-server.ts'

const mebibyte = 1024 * 1024
const sizeBytes = 600 * mebibyte

async function measure(place: Place): Promise<unknown> {
  const program = new URL('../support/object-store-suite-memory.ts', import.meta.url)
  const child = fork(program, [JSON.stringify(place), 'large', String(sizeBytes)], {
    execPath: process.execPath,
    execArgv: [],
  })
  const [figures] = await Promise.race([once(child, 'message'), once(child, 'exit')])
  if (child.exitCode === null) await once(child, 'exit')
  return figures
}

/** Three parts of 8 MiB and what is under way; while it is read, what waits to be collected. */
const isSmall = {
  bytes: sizeBytes,
  uploadGrowthBytes: expect.toSatisfy((bytes: number) => bytes < 64 * mebibyte),
  growthBytes: expect.toSatisfy((bytes: number) => bytes < 128 * mebibyte),
}

test('600 MiB go into a bucket through less than 64 MiB of memory, and come back through less than 128', async () => {
  await using server = await startS3Server(testBucket)
  const settings = { accessKeyId: 'S3RVER', secret: 'S3RVER' }
  expect(await measure({ kind: 's3', port: server.port, settings })).toMatchObject(isSmall)
})

test('600 MiB go into a directory through less than 64 MiB of memory, and come back through less than 128', async () => {
  const path = await mkdtemp(join(tmpdir(), 'kstone-directory-'))
  try {
    expect(await measure({ kind: 'directory', path })).toMatchObject(isSmall)
  } finally {
    await rm(path, { recursive: true, force: true })
  }
})
