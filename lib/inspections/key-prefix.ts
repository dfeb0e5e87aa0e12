/** More of what keys begin with is not told apart: keys may be of any length. */
const bytesMax = 300

/** The bytes that keys begin with, fit to be kept and shown: what is no readable ASCII, and `%`, is written as in an address. */
export function writeKeyPrefix(prefix: Uint8Array): string {
  const latin = Buffer.from(prefix).toString('latin1')
  return latin.replaceAll(/[^ -$&-~]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

export function readKeyPrefix(written: string): Buffer {
  const latin = written.replaceAll(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(latin, 'latin1')
}

export function cutKeyPrefix(prefix: Buffer): Buffer {
  return prefix.subarray(0, bytesMax)
}
