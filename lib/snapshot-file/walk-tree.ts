import { damaged } from './damage.ts'
import type { KeyBounds, KeyPlace, Page } from './page.ts'
import { branchFlag, checkElement, elementBytes, firstDataOffset, headerBytes, KeyOrder, keyBytesMax } from './page.ts'
import type { PageSource } from './page-source.ts'
import type { PageWindow } from './page-window.ts'

/** A leaf with what its parents say of its keys. */
export interface Leaf {
  readonly page: Page
  readonly bounds: KeyBounds
  /** Whether the page is no longer than what it holds: that of a small bucket is. */
  readonly isExact?: boolean
}

/** With two children each, the least a branch has, so deep a tree would hold more pages than a file can. */
const depthMax = 24

interface Frame {
  readonly branch: Page
  readonly bounds: KeyBounds
  readonly window: PageWindow
  /** The child whose turn it is. */
  next: number
  /** Children before this one are in the window. */
  filled: number
}

/**
 * The leaves below a page in the order of their keys. A leaf and its bounds stand until the next one is asked for. Every page
 * on the way is checked, and reached only once: no walk is longer than the file.
 *
 * @throws AppError `snapshot-damaged`: what `PageSource.load` throws, `tree-too-deep`, and what is wrong with a branch
 */
export async function* leavesOf(source: PageSource, rootId: number): AsyncGenerator<Leaf> {
  const root = await source.load(rootId, source.windowAt(0))
  if (root.flags !== branchFlag) {
    yield { page: root, bounds: {} }
    return
  }
  const frames = [openBranch(source, { page: root, bounds: {} }, 1)]
  for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
    if (frame.next === frame.branch.count) {
      frames.pop()
      continue
    }
    const child = await nextChild(source, frame)
    if (child.page.flags !== branchFlag) yield child
    else if (frames.length < depthMax) frames.push(openBranch(source, child, frames.length + 1))
    else throw damaged('tree-too-deep', `A tree goes deeper than ${depthMax} pages`, { pageId: child.page.pageId })
  }
}

async function nextChild(source: PageSource, frame: Frame): Promise<Leaf> {
  const { branch, window, bounds } = frame
  if (frame.next === frame.filled) {
    const ids: number[] = []
    for (let index = frame.next; index < Math.min(branch.count, frame.next + 64); index += 1)
      ids.push(childId(branch, index, source.layout.pageCount))
    frame.filled += await window.fill(ids, source.pagesEach)
  }
  const index = frame.next
  frame.next += 1
  const page = await source.load(childId(branch, index, source.layout.pageCount), window)
  const before = index + 1 < branch.count ? keyAt(branch, index + 1) : bounds.before
  return { page, bounds: { from: keyAt(branch, index), before } }
}

/** Every element of a branch is checked before the first child is read. */
function openBranch(source: PageSource, { page, bounds }: Leaf, depth: number): Frame {
  const { pageId } = page
  if (page.count === 0) throw damaged('element-out-of-place', 'A branch has no children', { pageId })
  const order = new KeyOrder(page, bounds)
  let wanted = page.start + firstDataOffset(page)
  for (let index = 0; index < page.count; index += 1) {
    const key = keyAt(page, index)
    checkElement(page, index, { start: key.start, wanted, end: key.end })
    if (key.end - key.start > keyBytesMax)
      throw damaged('element-out-of-place', 'A key is longer than bbolt takes', { pageId })
    order.next(key)
    wanted = key.end
  }
  return { branch: page, bounds, window: source.windowAt(depth), next: 0, filled: 0 }
}

function keyAt(branch: Page, index: number): KeyPlace {
  const element = branch.start + headerBytes + index * elementBytes
  const start = element + branch.bytes.readUInt32LE(element)
  return { bytes: branch.bytes, start, end: start + branch.bytes.readUInt32LE(element + 4) }
}

function childId(branch: Page, index: number, pageCount: number): number {
  const element = branch.start + headerBytes + index * elementBytes
  const id = branch.bytes.readUInt32LE(element + 8) + branch.bytes.readUInt32LE(element + 12) * 2 ** 32
  if (id >= 2 && id < pageCount) return id
  throw damaged('page-out-of-file', `A branch refers to page ${id}, which is none of the ${pageCount} there are`, {
    pageId: branch.pageId,
  })
}
