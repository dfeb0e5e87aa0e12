import { Secret } from '#lib/secret.ts'
import { openDirectoryStore } from '#lib/storage/directory.ts'
import type { ObjectStore, StoreCapabilities } from '#lib/storage/object-store.ts'
import { openS3Store } from '#lib/storage/s3.ts'
import type { StoreLimits } from '#lib/storage/store-limits.ts'
import { storeLimits } from '#lib/storage/store-limits.ts'

/** A place as one process tells another of it. */
export type Place =
  | { readonly kind: 'directory'; readonly path: string }
  | {
      readonly kind: 's3'
      readonly port: number
      readonly capabilities?: StoreCapabilities
      readonly limits?: Partial<StoreLimits>
      readonly settings?: { bucket?: string; prefix?: string; region?: string; accessKeyId?: string; secret?: string }
    }

export const testBucket = 'backups'

export function openPlace(place: Place): ObjectStore {
  if (place.kind === 'directory') return openDirectoryStore(place.path)
  const socket = `127.0.0.1:${place.port}`
  const { bucket = testBucket, prefix, region = 'us-east-1', accessKeyId = 'AKIATEST', secret } = place.settings ?? {}
  const settings = {
    endpoint: `http://${socket}`,
    region,
    bucket,
    pathStyle: true,
    prefix,
    accessKeyId,
    secretAccessKey: new Secret(secret ?? 'secret-of-the-test'),
  }
  return openS3Store(settings, {
    door: { policy: { privateRanges: [], loopback: [socket] } },
    limits: { ...storeLimits, ...place.limits },
    ...(place.capabilities ? { capabilities: place.capabilities } : {}),
  })
}

/** What the server for tests can do behind its proxy, and Amazon's too. */
export const ableS3: StoreCapabilities = {
  conditionalPut: true,
  conditionalComplete: true,
  multipart: true,
  rangedGet: true,
  listUploads: true,
  etagIsMd5: true,
}
