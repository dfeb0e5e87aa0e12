import type { OpenFile } from './open-file.ts'
import type { Layout } from './read-layout.ts'

const capacityBytes = 1024 * 1024
const pagesAtOnceMax = 64
/** A gap up to this long is read with its neighbours: that costs less than another call. */
const gapPagesMax = 3

/**
 * Pages that are wanted soon, read at once: those that lie together in the file with one call, all calls side by side. A file
 * that lived long has its pages scattered, and one call after the other would be slower than the disk by far.
 */
export class PageWindow {
  readonly #file: OpenFile
  readonly #layout: Layout
  readonly #buffer: Buffer
  #runs: Run[] = []

  constructor(file: OpenFile, layout: Layout) {
    this.#file = file
    this.#layout = layout
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(capacityBytes, 4 * layout.pageSize))
  }

  /**
   * Reads the first of `ids` in place of what was held, and gives how many. `pagesEach` is how many pages one is likely to
   * take; a wrong guess costs a call more.
   */
  async fill(ids: readonly number[], pagesEach: number): Promise<number> {
    const { pageSize, pageCount } = this.#layout
    const roomPages = Math.floor(this.#buffer.length / pageSize)
    const each = Math.min(pagesEach, roomPages)
    const count = Math.min(pagesAtOnceMax, Math.max(1, Math.floor(roomPages / (each + gapPagesMax))), ids.length)
    const wanted = ids.slice(0, count).sort((a, b) => a - b)
    this.#runs = runsOf(wanted, each, pageCount)
    let start = 0
    await Promise.all(
      this.#runs.map((run) => {
        run.start = start
        const length = (run.before - run.from) * pageSize
        start += length
        return this.#file.readInto(this.#buffer, run.from * pageSize, { start: run.start, length })
      }),
    )
    return count
  }

  /** Where a page that was asked for is held, and how many bytes of the file from there on. */
  find(pageId: number): { bytes: Buffer; start: number; length: number } | undefined {
    const run = this.#runs.find(({ from, before }) => from <= pageId && pageId < before)
    if (!run) return undefined
    const { pageSize } = this.#layout
    return {
      bytes: this.#buffer,
      start: run.start + (pageId - run.from) * pageSize,
      length: (run.before - pageId) * pageSize,
    }
  }
}

interface Run {
  readonly from: number
  before: number
  /** In the buffer. */
  start: number
}

function runsOf(ids: readonly number[], pagesEach: number, pageCount: number): Run[] {
  const runs: Run[] = []
  for (const id of ids) {
    const before = Math.min(id + pagesEach, pageCount)
    const last = runs.at(-1)
    if (last && id <= last.before + gapPagesMax) last.before = Math.max(last.before, before)
    else runs.push({ from: id, before, start: 0 })
  }
  return runs
}
