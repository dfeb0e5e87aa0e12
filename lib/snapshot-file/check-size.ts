import { damaged } from './damage.ts'
import type { Layout } from './read-layout.ts'

/** etcd ends a snapshot with the SHA-256 of all before it. */
export const trailerBytes = 32
/** Pages are multiples of it, so that what is over tells whether the trailer is there; etcd's own tools ask the same. */
const sectorBytes = 512

/**
 * Whether the file is as long as its own meta page says: all pages and the trailer, not a byte less or more.
 *
 * @throws AppError `snapshot-damaged`: `truncated`, `trailer-missing`, `excess-bytes`
 */
export function checkSize(sizeBytes: number, { pageSize, pageCount }: Layout): void {
  const dataBytes = pageSize * pageCount
  const wanted = dataBytes + trailerBytes
  if (sizeBytes === wanted) return
  const place = { offset: Math.min(sizeBytes, wanted) }
  if (sizeBytes === dataBytes || (sizeBytes > wanted && sizeBytes % sectorBytes === 0))
    throw damaged(
      'trailer-missing',
      'All pages are there, but not the checksum behind them: the copy was cut off at its last message, or this is the database file of a member, not a snapshot',
      place,
    )
  if (sizeBytes < wanted)
    throw damaged('truncated', `The file has ${sizeBytes} of ${wanted} bytes: the copy was cut off`, place)
  throw damaged(
    'excess-bytes',
    `The file has ${sizeBytes - wanted} bytes more than its pages and their checksum`,
    place,
  )
}
