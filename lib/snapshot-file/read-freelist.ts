import { BitSet } from './bit-set.ts'
import { damaged } from './damage.ts'
import { readBytes } from './open-file.ts'
import { freelistFlag, headerBytes, readHeader } from './page.ts'
import type { PageSource } from './page-source.ts'

const idBytes = 8
/** From so many on, the count stands in the first entry. */
const countMarker = 0xffff
const partBytes = 256 * 1024

/**
 * The pages the file lists as free, none of them reached by a walk that is over. The list's own pages count as reached.
 * `undefined` where the file keeps no list.
 *
 * @throws AppError `snapshot-damaged`: `freelist-unreadable`, `page-free-and-used`, `page-reached-twice`, and what is wrong with its page
 */
export async function readFreelist(source: PageSource): Promise<BitSet | undefined> {
  const { layout, reached } = source
  const { freelistId: pageId, pageCount, pageSize } = layout
  if (pageId === undefined) return undefined
  if (pageId < 2 || pageId >= pageCount)
    throw damaged('page-out-of-file', 'The list of free pages is none of the pages there are', { pageId })
  const start = await readBytes(source.file, pageId * pageSize, headerBytes + idBytes)
  const header = readHeader(start, 0, { pageId, layout })
  if (header.flags !== freelistFlag)
    throw damaged('page-type-wrong', `A page of type ${header.flags} stands where the free pages are listed`, {
      pageId,
    })
  const isCountInside = header.count === countMarker
  const count = isCountInside ? Number(start.readBigUInt64LE(headerBytes)) : header.count
  const listed = headerBytes + (isCountInside ? idBytes : 0)
  if (count > pageCount || listed + count * idBytes > header.sizeBytes)
    throw damaged('freelist-unreadable', `The list of free pages has no room for ${count} of them`, { pageId })
  for (let id = pageId; id < pageId + header.sizeBytes / pageSize; id += 1) {
    if (!reached.add(id))
      throw damaged('page-reached-twice', 'The list of free pages lies where keys are', { pageId: id })
  }
  return await markListed(source, { position: pageId * pageSize + listed, count })
}

async function markListed(source: PageSource, { position, count }: { position: number; count: number }) {
  const { layout, reached } = source
  const free = new BitSet(layout.pageCount)
  let last = 1
  for (let done = 0; done < count; done += partBytes / idBytes) {
    const part = await readBytes(source.file, position + done * idBytes, Math.min(partBytes, (count - done) * idBytes))
    for (let offset = 0; offset < part.length; offset += idBytes) {
      const id = part.readUInt32LE(offset) + part.readUInt32LE(offset + 4) * 2 ** 32
      const place = { offset: position + done * idBytes + offset }
      if (id <= last || id >= layout.pageCount)
        throw damaged('freelist-unreadable', `The list of free pages holds ${id} behind ${last}`, place)
      if (reached.has(id)) throw damaged('page-free-and-used', 'A page is in use and listed as free', { pageId: id })
      free.add(id)
      last = id
    }
  }
  return free
}
