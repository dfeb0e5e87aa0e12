import type { TargetView } from '#lib/contracts/storage-targets.ts'

/** Where a bucket is, in one line: `minio.example.com:9000/bucket/prefix`; undefined for a directory. */
export function placeText({ settings }: Pick<TargetView, 'settings'>): string | undefined {
  if (settings === null) return undefined
  const { endpoint, region, bucket, prefix } = settings
  const server = endpoint === undefined ? `AWS ${region}` : new URL(endpoint).host
  return [server, bucket, ...(prefix === '' ? [] : [prefix])].join('/')
}
