import { createHash } from 'node:crypto'

/*
 * Writes bbolt files, and what etcd puts into them, as bbolt's page.go and node.go lay them out: for faults that no real etcd
 * makes at a wish, and for knowing what each byte is for.
 */

export interface BoltEntry {
  readonly key: Buffer
  readonly value: Buffer
  /** Where in the value bytes stand that somebody can tell to be wrong. */
  readonly toldBytes?: readonly number[]
}

interface BoltOptions {
  readonly pageSize?: number
  /** Buckets that are small enough lie in the entry of their name. */
  readonly isInlined?: boolean
  /** Pages between the others that hold nothing. */
  readonly freePages?: number
  /** Whether the file says which pages are free; `marked` with the count in the first entry, as for 65,535 and more. */
  readonly freelist?: 'absent' | 'listed' | 'marked'
}

export interface BoltFile {
  /** Complete, with the checksum at its end. */
  readonly bytes: Buffer
  readonly pageSize: number
  readonly pageCount: number
  /** Page ids, in the order of their keys. */
  readonly leaves: readonly number[]
  readonly branches: readonly number[]
  readonly free: readonly number[]
  readonly freelistId: number | undefined
  /** Offsets of bytes none of which can change without somebody noticing, whatever the checksum says. */
  readonly structure: readonly number[]
}

const headerBytes = 16
const elementBytes = 16
const flagOf = { branch: 1, leaf: 2, meta: 4, freelist: 16 } as const

interface Written {
  readonly id: number
  readonly firstKey: Buffer
}

class Writer {
  readonly pageSize: number
  readonly pages = new Map<number, Buffer>()
  readonly leaves: number[] = []
  readonly branches: number[] = []
  readonly structure: number[] = []
  readonly free: number[] = []
  next = 2

  constructor(pageSize: number) {
    this.pageSize = pageSize
  }

  allocate(pages: number): number {
    const id = this.next
    this.next += pages
    return id
  }

  leaf(entries: readonly BoltEntry[], flags = 0): Written {
    const size =
      headerBytes + entries.reduce((sum, { key, value }) => sum + elementBytes + key.length + value.length, 0)
    const page = Buffer.alloc(Math.max(1, Math.ceil(size / this.pageSize)) * this.pageSize)
    const id = this.allocate(page.length / this.pageSize)
    const told = writeLeaf(page, entries, flags)
    writeHeader(page, { id, flag: flagOf.leaf, count: entries.length, overflow: page.length / this.pageSize - 1 })
    this.structure.push(...told.map((offset) => id * this.pageSize + offset))
    this.pages.set(id, page)
    this.leaves.push(id)
    return { id, firstKey: entries[0]?.key ?? Buffer.alloc(0) }
  }

  branch(children: readonly Written[]): Written {
    const page = Buffer.alloc(this.pageSize)
    const id = this.allocate(1)
    writeHeader(page, { id, flag: flagOf.branch, count: children.length, overflow: 0 })
    let at = headerBytes + children.length * elementBytes
    for (const [index, { id: child, firstKey }] of children.entries()) {
      const element = headerBytes + index * elementBytes
      page.writeUInt32LE(at - element, element)
      page.writeUInt32LE(firstKey.length, element + 4)
      page.writeBigUInt64LE(BigInt(child), element + 8)
      firstKey.copy(page, at)
      at += firstKey.length
    }
    const elementsEnd = headerBytes + children.length * elementBytes
    // The last key cut short still separates: nobody finds less by it.
    const lastLength = elementsEnd - elementBytes + 4
    for (let offset = 0; offset < elementsEnd; offset += 1)
      if (offset !== lastLength) this.structure.push(id * this.pageSize + offset)
    this.pages.set(id, page)
    this.branches.push(id)
    return { id, firstKey: children[0]?.firstKey ?? Buffer.alloc(0) }
  }

  /** The root page of a tree that holds the entries. */
  tree(entries: readonly BoltEntry[], flags = 0): number {
    let level = this.#split(entries, ({ key, value }) => key.length + value.length).map((part) =>
      this.leaf(part, flags),
    )
    while (level.length > 1)
      level = this.#split(level, ({ firstKey }) => firstKey.length).map((part) => this.branch(part))
    return level[0]?.id ?? 0
  }

  #split<Item>(items: readonly Item[], sizeOf: (item: Item) => number): Item[][] {
    const parts: Item[][] = [[]]
    let size = headerBytes
    for (const item of items) {
      const more = elementBytes + sizeOf(item)
      if (size + more > this.pageSize && (parts.at(-1)?.length ?? 0) > 0) {
        parts.push([])
        size = headerBytes
      }
      parts.at(-1)?.push(item)
      size += more
    }
    return parts
  }
}

function writeHeader(
  page: Buffer,
  { id, flag, count, overflow }: { id: number; flag: number; count: number; overflow: number },
): void {
  page.writeBigUInt64LE(BigInt(id), 0)
  page.writeUInt16LE(flag, 8)
  page.writeUInt16LE(count, 10)
  page.writeUInt32LE(overflow, 12)
}

/** Offsets in the page of what can be told to be wrong. */
function writeLeaf(page: Buffer, entries: readonly BoltEntry[], flags: number): number[] {
  const elementsEnd = headerBytes + entries.length * elementBytes
  const told = Array.from({ length: elementsEnd }, (_, offset) => offset)
  let at = elementsEnd
  for (const [index, { key, value, toldBytes = [] }] of entries.entries()) {
    const element = headerBytes + index * elementBytes
    page.writeUInt32LE(flags, element)
    page.writeUInt32LE(at - element, element + 4)
    page.writeUInt32LE(key.length, element + 8)
    page.writeUInt32LE(value.length, element + 12)
    key.copy(page, at)
    value.copy(page, at + key.length)
    told.push(...toldBytes.map((offset) => at + offset))
    at += key.length + value.length
  }
  return told
}

/** A snapshot file of these buckets; names and keys have to come in order. */
export function boltFile(
  buckets: readonly { readonly name: string; readonly entries: readonly BoltEntry[] }[],
  { pageSize = 4096, isInlined = true, freePages = 0, freelist = 'absent' }: BoltOptions = {},
): BoltFile {
  const writer = new Writer(pageSize)
  const named = buckets.map(({ name, entries }) => {
    const size =
      headerBytes + entries.reduce((sum, { key, value }) => sum + elementBytes + key.length + value.length, 0)
    const value = isInlined && size <= pageSize / 4 ? inlineBucket(entries, size) : bucketHeader(writer.tree(entries))
    for (let count = 0; count < freePages; count += 1) writer.free.push(writer.allocate(1))
    return { key: Buffer.from(name), value, toldBytes: [] }
  })
  const rootId = writer.tree(named, 1)
  const freelistId = freelist === 'absent' ? undefined : writeFreelist(writer, freelist === 'marked')
  const bytes = Buffer.alloc(writer.next * pageSize + 32)
  for (const [id, page] of writer.pages) page.copy(bytes, id * pageSize)
  for (const id of [0, 1])
    writeMeta(bytes, { id, pageSize, rootId, freelistId, pageCount: writer.next, transactionId: 10 - id })
  return {
    bytes: sealed(bytes),
    pageSize,
    pageCount: writer.next,
    leaves: writer.leaves,
    branches: writer.branches,
    free: writer.free,
    freelistId,
    structure: writer.structure,
  }
}

function bucketHeader(rootId: number): Buffer {
  const header = Buffer.alloc(16)
  header.writeBigUInt64LE(BigInt(rootId), 0)
  return header
}

function inlineBucket(entries: readonly BoltEntry[], size: number): Buffer {
  const page = Buffer.alloc(size)
  writeLeaf(page, entries, 0)
  writeHeader(page, { id: 0, flag: flagOf.leaf, count: entries.length, overflow: 0 })
  return Buffer.concat([bucketHeader(0), page])
}

function writeFreelist(writer: Writer, isMarked: boolean): number {
  const ids = isMarked ? [writer.free.length, ...writer.free] : writer.free
  const pages = Math.ceil((headerBytes + ids.length * 8) / writer.pageSize)
  const page = Buffer.alloc(pages * writer.pageSize)
  const id = writer.allocate(pages)
  const count = isMarked ? 0xffff : ids.length
  writeHeader(page, { id, flag: flagOf.freelist, count, overflow: pages - 1 })
  for (const [index, free] of ids.entries()) page.writeBigUInt64LE(BigInt(free), headerBytes + index * 8)
  writer.pages.set(id, page)
  return id
}

interface Meta {
  readonly id: number
  readonly pageSize: number
  readonly rootId: number
  readonly freelistId: number | undefined
  readonly pageCount: number
  readonly transactionId: number
}

function writeMeta(bytes: Buffer, meta: Meta): void {
  const page = bytes.subarray(meta.id * meta.pageSize)
  writeHeader(page, { id: meta.id, flag: flagOf.meta, count: 0, overflow: 0 })
  page.writeUInt32LE(0xed0cdaed, 16)
  page.writeUInt32LE(2, 20)
  page.writeUInt32LE(meta.pageSize, 24)
  page.writeBigUInt64LE(BigInt(meta.rootId), 32)
  page.writeBigUInt64LE(meta.freelistId === undefined ? 2n ** 64n - 1n : BigInt(meta.freelistId), 48)
  page.writeBigUInt64LE(BigInt(meta.pageCount), 56)
  page.writeBigUInt64LE(BigInt(meta.transactionId), 64)
  sumMeta(bytes, meta.id * meta.pageSize)
}

/** Makes the sum of a meta page fit what the page says. */
export function sumMeta(bytes: Buffer, position: number): void {
  let hash = 0xcbf29ce484222325n
  for (const byte of bytes.subarray(position + 16, position + 72))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  bytes.writeBigUInt64LE(hash, position + 72)
}

/** Makes the checksum at the end fit what stands before it. */
export function sealed(bytes: Buffer): Buffer {
  createHash('sha256')
    .update(bytes.subarray(0, -32))
    .digest()
    .copy(bytes, bytes.length - 32)
  return bytes
}

export interface RevisionToWrite {
  readonly main: number
  readonly sub?: number
  readonly key: string
  /** None for a deletion. */
  readonly value?: Buffer | string
  readonly create?: number
  readonly version?: number
  readonly lease?: bigint
  readonly mod?: number
}

/** An entry of the bucket `key`. */
export function revisionEntry({ main, sub = 0, key, value, ...rest }: RevisionToWrite): BoltEntry {
  const isDeletion = value === undefined
  const name = Buffer.alloc(isDeletion ? 18 : 17)
  name.writeBigUInt64BE(BigInt(main), 0)
  name.write('_', 8)
  name.writeBigUInt64BE(BigInt(sub), 9)
  if (isDeletion) name.write('t', 17)
  const { create = main, mod = main, version = 1, lease = 0n } = rest
  const keyField = bytesField(1, Buffer.from(key))
  const numbers = [numberField(2, BigInt(create)), numberField(3, BigInt(mod)), numberField(4, BigInt(version))]
  const stored = isDeletion
    ? keyField
    : Buffer.concat([keyField, ...numbers, bytesField(5, Buffer.from(value)), numberField(6, lease)])
  // The revision itself, its separator, the tag of the key, and the whole of the field that repeats the revision.
  const modAt = name.length + keyField.length + (numbers[0]?.length ?? 0)
  const modField = isDeletion ? [] : Array.from({ length: numbers[1]?.length ?? 0 }, (_, index) => modAt + index)
  return {
    key: name,
    value: stored,
    toldBytes: [...(isDeletion ? [17] : [0, 1, 2, 3, 4, 5, 6, 7]), 8, name.length, ...modField],
  }
}

function varint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Buffer.from(bytes)
}

function numberField(field: number, value: bigint): Buffer {
  return value === 0n ? Buffer.alloc(0) : Buffer.concat([Buffer.from([field << 3]), varint(value)])
}

function bytesField(field: number, value: Buffer): Buffer {
  return value.length === 0
    ? Buffer.alloc(0)
    : Buffer.concat([Buffer.from([(field << 3) | 2]), varint(BigInt(value.length)), value])
}
