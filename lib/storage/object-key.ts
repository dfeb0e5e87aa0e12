/** S3's limit, in UTF-8. */
const keyBytesMax = 1024

/** File systems take 255; a store adds to it while it writes. */
const segmentBytesMax = 200

/** Where directories keep what is not finished; nobody's object. */
export const hiddenFolder = '.kstone-uploads'

/** Control characters, lone surrogates, and the backslash, which some file systems take for a slash. */
const unfit = /[\p{Cc}\p{Cs}\u2028\u2029\\]/u

/**
 * Keys are made by us, of ids and numbers: relative, with single slashes, and the same in a bucket as in a directory. One that
 * is not so is a mistake of ours.
 *
 * @throws RangeError
 */
export function checkKey(key: string): string {
  const flaw = flawOf(key)
  if (flaw !== undefined)
    throw new RangeError(`Not a key of an object: ${JSON.stringify(key.slice(0, keyBytesMax))} ${flaw}`)
  return key
}

/** Whether a name found in a store can be one of ours. */
export function isKey(key: string): boolean {
  return flawOf(key) === undefined
}

/** An empty prefix, or one that ends with a slash. @throws RangeError */
export function checkPrefix(prefix: string): string {
  if (prefix === '') return prefix
  if (!prefix.endsWith('/')) throw new RangeError(`A prefix ends with a slash: ${JSON.stringify(prefix)}`)
  checkKey(prefix.slice(0, -1))
  return prefix
}

function flawOf(key: string): string | undefined {
  if (Buffer.byteLength(key) > keyBytesMax) return `is longer than ${keyBytesMax} bytes`
  if (unfit.test(key)) return 'has characters that are not for keys'
  const segments = key.split('/')
  if (segments.some((segment) => segment === '')) return 'is empty, or has a slash too many'
  if (segments.some((segment) => segment === '.' || segment === '..')) return 'leads somewhere else'
  if (segments.some((segment) => Buffer.byteLength(segment) > segmentBytesMax)) return 'has a name that is too long'
  return segments[0] === hiddenFolder ? 'is in a place of its own' : undefined
}

/** The order of keys in every listing: that of their bytes in UTF-8, as S3 has it. */
export function compareKeys(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}
