import { createHash } from 'node:crypto'
import type { StoreCapabilities } from './object-store.ts'

/** Without its quotes; undefined where the answer has none, which no S3 leaves out. */
export function readEtag(etag: string | undefined): string | undefined {
  const bare = etag?.replace(/^(W\/)?"?|"$/g, '')
  return bare === '' ? undefined : bare
}

export function md5Of(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest()
}

/** The etag of an object that was uploaded in parts: the MD5 of their MD5s, and how many there were. */
export function etagOfParts(md5s: readonly Buffer[]): string {
  return `${md5Of(Buffer.concat(md5s)).toString('hex')}-${md5s.length}`
}

/** Whether an etag says that something else arrived than was sent. One of another form than expected says nothing. */
export function contradicts(etag: string, expected: string, { etagIsMd5 }: StoreCapabilities): boolean {
  if (!etagIsMd5 || etag === expected) return false
  return formOf(etag) === formOf(expected)
}

/** Servers that encrypt, or put parts together in their own way, have etags of other forms. */
function formOf(etag: string): string {
  return etag.replaceAll(/[0-9a-f]/g, '0').replace(/-.*$/, '-')
}
