import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { z } from 'zod'
import { compareKeys } from './object-key.ts'
import type { ListOptions, ObjectPage, PendingUpload, StoreCallOptions, StoredObject } from './object-store.ts'
import type { S3Call, S3Calls } from './s3-calls.ts'
import { readEtag } from './s3-etag.ts'

const pageMax = 1000

/** A server that never comes to its end is not followed: enough for 100,000 uploads that nobody finished. */
const pagesMax = 100

const listedObject = z.object({
  Key: z.string(),
  Size: z.number().nonnegative(),
  ETag: z.string(),
  LastModified: z.date(),
})

const objectPage = z.object({
  Contents: z.array(listedObject).default([]),
  // No listing of S3 is without it, and every page of a portal is.
  IsTruncated: z.boolean(),
})

const uploadPage = z.object({
  Uploads: z.array(z.object({ Key: z.string(), UploadId: z.string(), Initiated: z.date() })).default([]),
  IsTruncated: z.boolean(),
  NextKeyMarker: z.string().optional(),
  NextUploadIdMarker: z.string().optional(),
})

/** One page; keys are those of the store, without its prefix. */
export async function listS3Objects(
  calls: S3Calls,
  prefix: string,
  { after, limit = pageMax, signal }: ListOptions,
): Promise<ObjectPage> {
  const { bucket, prefix: own } = calls.connection
  const call: S3Call = { operation: 'ListObjectsV2', key: own + prefix, signal }
  const input = {
    Bucket: bucket,
    Prefix: own + prefix,
    MaxKeys: limit,
    ...(after === undefined ? {} : { StartAfter: own + after }),
  }
  return await calls.repeat(call, async (client, options) => {
    const page = objectPage.safeParse(await client.send(new ListObjectsV2Command(input), options))
    if (!page.success) throw calls.badAnswer(call, 'a listing that cannot be read')
    const { Contents, IsTruncated } = page.data
    if (Contents.length > limit) throw calls.badAnswer(call, 'more objects than asked for')
    // Servers that pass over StartAfter would give the first page for ever.
    const isAsked = (key: string) =>
      key.startsWith(own + prefix) && (after === undefined || compareKeys(key, own + after) > 0)
    const strayed = Contents.find(({ Key }) => !isAsked(Key))
    if (strayed) throw calls.badAnswer(call, 'objects that were not asked for')
    const objects = Contents.map((listed) => toObject(listed, own))
    const next = objects.at(-1)?.key
    return { objects, ...(IsTruncated && next !== undefined ? { next } : {}) }
  })
}

function toObject({ Key, Size, ETag, LastModified }: z.output<typeof listedObject>, own: string): StoredObject {
  return { key: Key.slice(own.length), sizeBytes: Size, etag: readEtag(ETag) ?? '', lastModified: LastModified }
}

/** All uploads that were begun and not ended, of keys that begin so. */
export async function listS3Uploads(
  calls: S3Calls,
  prefix: string,
  { signal }: StoreCallOptions,
): Promise<PendingUpload[]> {
  const { bucket, prefix: own } = calls.connection
  const call: S3Call = { operation: 'ListMultipartUploads', key: own + prefix, signal }
  const found: PendingUpload[] = []
  let markers: { KeyMarker?: string; UploadIdMarker?: string } = {}
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const input = { Bucket: bucket, Prefix: own + prefix, MaxUploads: pageMax, ...markers }
    const page = await calls.repeat(call, async (client, options) => {
      const answer = uploadPage.safeParse(await client.send(new ListMultipartUploadsCommand(input), options))
      if (!answer.success) throw calls.badAnswer(call, 'a listing that cannot be read')
      return answer.data
    })
    const wanted = page.Uploads.filter(({ Key }) => Key.startsWith(own + prefix))
    found.push(
      ...wanted.map(({ Key, UploadId, Initiated }) => ({
        key: Key.slice(own.length),
        id: UploadId,
        startedAt: Initiated,
      })),
    )
    if (!page.IsTruncated || page.NextKeyMarker === undefined) break
    markers = {
      KeyMarker: page.NextKeyMarker,
      ...(page.NextUploadIdMarker === undefined ? {} : { UploadIdMarker: page.NextUploadIdMarker }),
    }
  }
  return found
}
