import { damaged } from './damage.ts'
import type { Layout } from './read-layout.ts'

export const headerBytes = 16
export const elementBytes = 16
export const branchFlag = 0x01
export const leafFlag = 0x02
export const freelistFlag = 0x10

/** bbolt takes no longer key (MaxKeySize in db.go). */
export const keyBytesMax = 32_768

export interface PageHeader {
  readonly pageId: number
  readonly flags: number
  /** Elements in the page; a list of free pages counts otherwise where this is 0xFFFF. */
  readonly count: number
  /** With the pages that follow because it did not fit into one. */
  readonly sizeBytes: number
}

/** A page in memory. */
export interface Page extends PageHeader {
  readonly bytes: Buffer
  /** Where the page begins in `bytes`. */
  readonly start: number
  /** Where it begins in the file. */
  readonly position: number
  /** Whether `bytes` holds all of it; of a very large page only header and elements are held. */
  readonly isWhole: boolean
}

/** A key as part of some bytes. */
export interface KeyPlace {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

/** @throws AppError `snapshot-damaged`: `page-id-differs`, `page-out-of-file` */
export function readHeader(
  bytes: Buffer,
  start: number,
  { pageId, layout }: { pageId: number; layout: Layout },
): PageHeader {
  const { pageSize, pageCount } = layout
  const place = { pageId, offset: pageId * pageSize }
  const written = bytes.readUInt32LE(start) + bytes.readUInt32LE(start + 4) * 2 ** 32
  if (written !== pageId)
    throw damaged(
      'page-id-differs',
      `A page says it is page ${written}: pages were swapped, lost or written over`,
      place,
    )
  const pages = 1 + bytes.readUInt32LE(start + 12)
  if (pageId + pages > pageCount)
    throw damaged('page-out-of-file', `A page goes on for ${pages} pages, beyond the ${pageCount} there are`, place)
  return {
    pageId,
    flags: bytes.readUInt16LE(start + 8),
    count: bytes.readUInt16LE(start + 10),
    sizeBytes: pages * pageSize,
  }
}

/** Less than 0, 0, or more, as the first key sorts before, with or after the second. */
function compareKeys(a: KeyPlace, b: KeyPlace): number {
  const shared = Math.min(a.end - a.start, b.end - b.start)
  for (let index = 0; index < shared; index += 1) {
    const difference = (a.bytes[a.start + index] ?? 0) - (b.bytes[b.start + index] ?? 0)
    if (difference !== 0) return difference
  }
  return a.end - a.start - (b.end - b.start)
}

/**
 * Keys of one page as they come: each after the one before, and within what the parent promises of the page.
 */
export class KeyOrder {
  readonly #page: PageHeader
  readonly #bounds: KeyBounds
  #last: KeyPlace | undefined

  constructor(page: PageHeader, bounds: KeyBounds) {
    this.#page = page
    this.#bounds = bounds
  }

  /** @throws AppError `snapshot-damaged`: `keys-out-of-order`, `key-outside-parent` */
  next(key: KeyPlace): void {
    const { pageId } = this.#page
    const { from, before } = this.#bounds
    if (this.#last) {
      if (compareKeys(this.#last, key) >= 0)
        throw damaged('keys-out-of-order', 'A key does not come after the one before it: searches miss keys here', {
          pageId,
        })
    } else if (from && compareKeys(from, key) > 0) throw outside(pageId)
    if (before && compareKeys(key, before) >= 0) throw outside(pageId)
    this.#last = key
  }
}

/** What the keys of a page are between: `from` itself may be one of them. */
export interface KeyBounds {
  readonly from?: KeyPlace | undefined
  readonly before?: KeyPlace | undefined
}

function outside(pageId: number) {
  return damaged('key-outside-parent', 'A key lies outside what the parent page says of this page: searches miss it', {
    pageId,
  })
}

/** Where the data of an element have to begin and what they may take: bbolt writes elements' data without gaps. */
export function checkElement(page: Page, index: number, data: { start: number; wanted: number; end: number }): void {
  const isInPlace = data.start === data.wanted && data.end <= page.start + page.sizeBytes
  if (isInPlace) return
  throw damaged(
    'element-out-of-place',
    `Element ${index} of ${page.count} does not lie where its neighbours leave room`,
    {
      pageId: page.pageId,
      offset: page.position + headerBytes + index * elementBytes,
    },
  )
}

/** @throws AppError `snapshot-damaged`: `element-out-of-place` where the elements alone do not fit into the page */
export function firstDataOffset(page: PageHeader): number {
  const offset = headerBytes + page.count * elementBytes
  if (offset <= page.sizeBytes) return offset
  throw damaged('element-out-of-place', `${page.count} elements do not fit into the page`, { pageId: page.pageId })
}
