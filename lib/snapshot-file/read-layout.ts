import { damaged } from './damage.ts'
import type { OpenFile } from './open-file.ts'
import { readBytes } from './open-file.ts'

/** What one of the two meta pages at the start of a bbolt file says: where everything else is. */
export interface Layout {
  readonly pageSize: number
  /** Pages of the file, used or free: bbolt's high water mark. */
  readonly pageCount: number
  /** The bucket that holds all buckets. */
  readonly rootId: number
  /** Absent where the list of free pages is not kept in the file, as etcd does it from 3.4. */
  readonly freelistId: number | undefined
  readonly transactionId: bigint
  /** The meta page that cannot be used while its twin can. bbolt goes on with one, and so does everything here. */
  readonly damagedMetaPage: 0 | 1 | undefined
}

/** As bbolt lays it out (`meta` in db.go): magic, version, page size, flags, root, sequence, freelist, pages, transaction, sum. */
const magic = 0xed0cdaed
const version = 2
const headerBytes = 16
const metaBytes = 64
const summedBytes = 56
const metaFlag = 0x04
const noFreelist = 0xffffffffffffffffn

/** bbolt takes the page size of the machine's memory: 4 KiB nearly everywhere, up to 64 KiB on some. */
const pageSizes = [4096, 8192, 16_384, 32_768, 65_536, 1024, 2048]

/** No file system holds more, and every position below stays exact in a `number`. */
const pageCountMax = 2 ** 36

/**
 * Reads the meta pages: of two good ones the newer counts.
 *
 * @throws AppError `snapshot-damaged`: `truncated`, `metas-unreadable`
 */
export async function readLayout(file: OpenFile): Promise<Layout> {
  const first = await readMeta(file, 0, 0)
  const sizes = first ? [first.pageSize] : pageSizes
  for (const size of sizes) {
    const second = await readMeta(file, size, 1)
    if (second && second.pageSize === size) return first ? newer(first, second) : { ...second, damagedMetaPage: 0 }
  }
  if (first) return { ...first, damagedMetaPage: 1 }
  if (file.sizeBytes < 2 * 1024)
    throw damaged('truncated', 'The file is too short for the two pages a snapshot starts with')
  throw damaged(
    'metas-unreadable',
    'Neither of the two meta pages is one of bbolt: this is no snapshot, or its start is lost',
    {
      offset: 0,
    },
  )
}

type Meta = Omit<Layout, 'damagedMetaPage'>

function newer(first: Meta, second: Meta): Layout {
  return { ...(second.transactionId > first.transactionId ? second : first), damagedMetaPage: undefined }
}

async function readMeta(file: OpenFile, position: number, pageId: number): Promise<Meta | undefined> {
  if (position + headerBytes + metaBytes > file.sizeBytes) return undefined
  const page = await readBytes(file, position, headerBytes + metaBytes)
  if (page.readBigUInt64LE(0) !== BigInt(pageId) || page.readUInt16LE(8) !== metaFlag) return undefined
  const meta = page.subarray(headerBytes)
  if (meta.readUInt32LE(0) !== magic || meta.readUInt32LE(4) !== version) return undefined
  if (meta.readBigUInt64LE(summedBytes) !== fnv1a64(meta.subarray(0, summedBytes))) return undefined
  return decode(meta)
}

function decode(meta: Buffer): Meta | undefined {
  const pageSize = meta.readUInt32LE(8)
  const pageCount = Number(meta.readBigUInt64LE(40))
  const rootId = Number(meta.readBigUInt64LE(16))
  const freelist = meta.readBigUInt64LE(32)
  const freelistId = freelist === noFreelist ? undefined : Number(freelist)
  const isSound = pageSizes.includes(pageSize) && pageCount > 2 && pageCount < pageCountMax
  if (!isSound) return undefined
  return { pageSize, pageCount, rootId, freelistId, transactionId: meta.readBigUInt64LE(48) }
}

/** FNV-1a in 64 bits (Fowler, Noll, Vo), which bbolt sums its meta pages with. */
export function fnv1a64(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash
}
