import { BitSet } from './bit-set.ts'
import { damaged } from './damage.ts'
import type { OpenFile } from './open-file.ts'
import { readBytes } from './open-file.ts'
import type { Page } from './page.ts'
import { branchFlag, firstDataOffset, leafFlag, readHeader } from './page.ts'
import { PageWindow } from './page-window.ts'
import type { Layout } from './read-layout.ts'

/** bbolt splits branches at a page; the few longest keys it cannot split make no more than this (4 × 32 KiB, and a page). */
const branchBytesMax = 256 * 1024
/** A leaf larger than this is not held whole: values of 1.5 MiB, etcd's own limit for a request, stay below. */
const wholeBytesMax = 4 * 1024 * 1024
/** The guess of how many pages the next leaf takes does not go beyond. */
const pagesEachMax = 16

/** Gives the pages of one file for one walk through it, each at most once. */
export class PageSource {
  readonly file: OpenFile
  readonly layout: Layout
  /** Pages reached so far, with those they go on into. */
  readonly reached: BitSet
  readonly #windows: PageWindow[]
  #large: Buffer | undefined
  #pagesEach = 1

  constructor(file: OpenFile, layout: Layout, windows: PageWindow[] = []) {
    this.#windows = windows
    this.file = file
    this.layout = layout
    this.reached = new BitSet(layout.pageCount)
  }

  /** For another walk through the same file, after this one: it takes over the memory. */
  again(): PageSource {
    return new PageSource(this.file, this.layout, this.#windows)
  }

  /** The window for the children of branches so deep; it stands until another branch as deep is read. */
  windowAt(depth: number): PageWindow {
    const window = this.#windows[depth] ?? new PageWindow(this.file, this.layout)
    this.#windows[depth] = window
    return window
  }

  get pagesEach(): number {
    return this.#pagesEach
  }

  /**
   * A branch or leaf, out of the window where it is there. A large leaf stands until the next large one is read.
   *
   * @throws AppError `snapshot-damaged`: `page-out-of-file`, `page-id-differs`, `page-type-wrong`, `page-reached-twice`,
   *   `page-too-large`
   */
  async load(pageId: number, window: PageWindow): Promise<Page> {
    this.#checkId(pageId)
    const { pageSize } = this.layout
    const held = window.find(pageId) ?? { ...(await this.#readStart(pageId)), length: pageSize }
    const header = readHeader(held.bytes, held.start, { pageId, layout: this.layout })
    const { flags, sizeBytes } = header
    const position = pageId * pageSize
    this.#reach(pageId, sizeBytes / pageSize)
    if (flags !== branchFlag && flags !== leafFlag)
      throw damaged('page-type-wrong', `A page of type ${flags} stands where keys are`, { pageId, offset: position })
    if (sizeBytes <= held.length) {
      if (flags === leafFlag) this.#pagesEach = Math.min(sizeBytes / pageSize, pagesEachMax)
      return { ...header, position, bytes: held.bytes, start: held.start, isWhole: true }
    }
    if (flags === branchFlag)
      return { ...header, position, ...(await this.#readBranch(position, sizeBytes)), isWhole: true }
    this.#pagesEach = Math.min(sizeBytes / pageSize, pagesEachMax)
    if (sizeBytes <= wholeBytesMax)
      return { ...header, position, ...(await this.#readLarge(position, sizeBytes)), isWhole: true }
    const head = await readBytes(this.file, position, firstDataOffset(header))
    return { ...header, position, bytes: head, start: 0, isWhole: false }
  }

  #checkId(pageId: number): void {
    if (pageId >= 2 && pageId < this.layout.pageCount) return
    throw damaged('page-out-of-file', `A page is referred to that is none of the ${this.layout.pageCount} there are`, {
      pageId,
    })
  }

  #reach(pageId: number, pages: number): void {
    for (let id = pageId; id < pageId + pages; id += 1) {
      if (!this.reached.add(id))
        throw damaged('page-reached-twice', 'A page belongs to two places at once, or to itself', {
          pageId: id,
          offset: id * this.layout.pageSize,
        })
    }
  }

  async #readStart(pageId: number) {
    return { bytes: await readBytes(this.file, pageId * this.layout.pageSize, this.layout.pageSize), start: 0 }
  }

  async #readBranch(position: number, sizeBytes: number) {
    if (sizeBytes > branchBytesMax)
      throw damaged('page-too-large', `A branch of ${sizeBytes} bytes: bbolt writes none of that size`, {
        offset: position,
      })
    return { bytes: await readBytes(this.file, position, sizeBytes), start: 0 }
  }

  async #readLarge(position: number, length: number) {
    this.#large ??= Buffer.allocUnsafeSlow(wholeBytesMax)
    await this.file.readInto(this.#large, position, { start: 0, length })
    return { bytes: this.#large, start: 0 }
  }
}
