import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3'
import { addMs, secondMs } from '#lib/time.ts'
import { isUnclear, withRetries } from './retry.ts'
import type { S3Call } from './s3-calls.ts'
import { listS3Uploads } from './s3-list.ts'
import type { S3Objects } from './s3-objects.ts'
import { markedAs } from './s3-objects.ts'
import { abortS3Upload } from './s3-upload.ts'

interface NewUpload {
  readonly fullKey: string
  readonly mark: string
  readonly signal: AbortSignal | undefined
}

/**
 * Begins a multipart upload; gives its id. An attempt whose answer got lost has begun one whose id nobody knows: it is looked for
 * and ended, unless no attempt succeeds at all.
 */
export async function createS3Upload(place: S3Objects, { fullKey, mark, signal }: NewUpload): Promise<string> {
  const { calls } = place
  const call: S3Call = { operation: 'CreateMultipartUpload', key: fullKey, signal }
  const input = { Bucket: calls.connection.bucket, Key: fullKey, ...markedAs(mark) }
  const since = performance.now()
  let isUnsure = false
  const attempt = () =>
    calls.once(call, async (client, options) => {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(input), options)
      if (!UploadId) throw calls.badAnswer(call, 'no id for an upload')
      return UploadId
    })
  const id = await withRetries({ limits: calls.connection.limits, signal }, () =>
    attempt().catch((error: unknown) => {
      isUnsure ||= isUnclear(error)
      throw error
    }),
  )
  if (isUnsure && place.capabilities.listUploads) {
    await endStrays(place, { fullKey, id, sinceMs: performance.now() - since }).catch(() => undefined)
  }
  return id
}

/** Those of the same key that are hardly older than the one that was answered, by the clock of the store alone. */
async function endStrays(
  { calls }: S3Objects,
  { fullKey, id, sinceMs }: { fullKey: string; id: string; sinceMs: number },
): Promise<void> {
  const key = fullKey.slice(calls.connection.prefix.length)
  const listed = await listS3Uploads(calls, key, {})
  const own = listed.find((upload) => upload.id === id)
  if (!own) return
  const oldest = addMs(own.startedAt, -sinceMs - secondMs)
  const strays = listed.filter((one) => one.key === key && one.id !== id)
  for (const stray of strays) {
    if (stray.startedAt >= oldest && stray.startedAt <= own.startedAt)
      await abortS3Upload(calls, { fullKey, id: stray.id })
  }
}
