import { damaged } from './damage.ts'
import type { OpenFile } from './open-file.ts'
import { readBytes } from './open-file.ts'
import type { Page } from './page.ts'
import { checkElement, elementBytes, firstDataOffset, headerBytes, KeyOrder, keyBytesMax } from './page.ts'
import type { Leaf } from './walk-tree.ts'

/** One key with its value, as it lies in memory: good until the next one. */
export interface Entry {
  readonly pageId: number
  /** 1 for a bucket, else 0. */
  readonly flags: number
  readonly bytes: Buffer
  readonly keyStart: number
  readonly keyEnd: number
  readonly valueStart: number
  /** Where the value ends in `bytes`, which lack `hiddenBytes` of it, directly before its last 32. */
  readonly valueEnd: number
  readonly hiddenBytes: number
  /** Where the value begins in the file, and its whole size. */
  readonly valuePosition: number
  readonly valueBytes: number
}

/** What it answers is waited for only where the entry hides bytes. */
export type Visit = (entry: Entry) => unknown

/** Of a larger element only so much is held, and the end: where everything but the value proper of etcd's entries is. */
const heldBytesMax = 4 * 1024 * 1024
export const tailBytes = 32

/**
 * Visits the entries of a leaf in order, each checked: where it lies, how it sorts.
 *
 * @throws AppError `snapshot-damaged`: `element-out-of-place`, `keys-out-of-order`, `key-outside-parent`
 */
export function readEntries(file: OpenFile, leaf: Leaf, visit: Visit): Promise<void> | undefined {
  if (!leaf.page.isWhole) return readLargeEntries(file, leaf, visit)
  const { page } = leaf
  const order = new KeyOrder(page, leaf.bounds)
  let wanted = page.start + firstDataOffset(page)
  for (let index = 0; index < page.count; index += 1) {
    const element = elementOf(page, index, wanted)
    const { keyStart, keyEnd, valueEnd } = element
    order.next({ bytes: page.bytes, start: keyStart, end: keyEnd })
    visit({
      pageId: page.pageId,
      flags: element.flags,
      bytes: page.bytes,
      keyStart,
      keyEnd,
      valueStart: keyEnd,
      valueEnd,
      hiddenBytes: 0,
      valuePosition: page.position + keyEnd - page.start,
      valueBytes: valueEnd - keyEnd,
    })
    wanted = valueEnd
  }
  if (leaf.isExact && wanted !== page.start + page.sizeBytes)
    throw damaged('element-out-of-place', 'A small bucket is longer than what it holds', { pageId: page.pageId })
  return undefined
}

interface Element {
  readonly flags: number
  readonly keyStart: number
  readonly keyEnd: number
  readonly valueEnd: number
}

function elementOf(page: Page, index: number, wanted: number): Element {
  const { bytes } = page
  const element = page.start + headerBytes + index * elementBytes
  const keyStart = element + bytes.readUInt32LE(element + 4)
  const keyBytes = bytes.readUInt32LE(element + 8)
  const valueEnd = keyStart + keyBytes + bytes.readUInt32LE(element + 12)
  checkElement(page, index, { start: keyStart, wanted, end: valueEnd })
  if (keyBytes === 0 || keyBytes > keyBytesMax)
    throw damaged('element-out-of-place', `A key has ${keyBytes} bytes, which bbolt does not take`, {
      pageId: page.pageId,
    })
  return { flags: bytes.readUInt32LE(element), keyStart, keyEnd: keyStart + keyBytes, valueEnd }
}

async function readLargeEntries(file: OpenFile, { page, bounds }: Leaf, visit: Visit): Promise<void> {
  const order = new KeyOrder(page, bounds)
  let wanted = firstDataOffset(page)
  for (let index = 0; index < page.count; index += 1) {
    const { flags, keyStart, keyEnd, valueEnd } = elementOf(page, index, wanted)
    const data = await readElement(file, page.position + keyStart, valueEnd - keyStart)
    const key = Buffer.from(data.bytes.subarray(0, keyEnd - keyStart))
    order.next({ bytes: key, start: 0, end: key.length })
    await visit({
      pageId: page.pageId,
      flags,
      bytes: data.bytes,
      keyStart: 0,
      keyEnd: key.length,
      valueStart: key.length,
      valueEnd: data.bytes.length,
      hiddenBytes: data.hiddenBytes,
      valuePosition: page.position + keyEnd,
      valueBytes: valueEnd - keyEnd,
    })
    wanted = valueEnd
  }
}

async function readElement(file: OpenFile, position: number, sizeBytes: number) {
  const hiddenBytes = Math.max(0, sizeBytes - heldBytesMax)
  const bytes = await readBytes(file, position, sizeBytes - hiddenBytes)
  if (hiddenBytes > 0)
    await file.readInto(bytes, position + sizeBytes - tailBytes, { start: bytes.length - tailBytes, length: tailBytes })
  return { bytes, hiddenBytes }
}
