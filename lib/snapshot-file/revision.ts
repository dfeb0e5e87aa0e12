import { damaged } from './damage.ts'
import type { OpenFile } from './open-file.ts'
import { readBytes } from './open-file.ts'
import type { Entry } from './read-entries.ts'

/*
 * The bucket `key` holds every revision that was not compacted away: under the revision (main 8 bytes, `_`, sub 8 bytes, both
 * big-endian, and `t` behind it for a deletion) lies an `mvccpb.KeyValue`: 1 key, 2 create_revision, 3 mod_revision,
 * 4 version, 5 value, 6 lease. Its numbers are read in two halves: whoever wants a bigint makes one, and most want none.
 */

/** A number of 64 bits. */
export interface Halves {
  readonly high: number
  readonly low: number
}

/** One revision of one key, with where key and value lie in `bytes`: good until the next one. */
export interface Revision {
  readonly entry: Entry
  readonly main: Halves
  readonly sub: Halves
  readonly isDeletion: boolean
  /** Its place among the revisions of the file, from 0. */
  readonly ordinal: number
  readonly bytes: Buffer
  readonly keyStart: number
  /** The same as `keyStart` for the entry without a key that a restore writes to raise the revision. */
  readonly keyEnd: number
  readonly createRevision: Halves
  readonly version: Halves
  readonly lease: Halves
  /** Where the value proper begins in the file, and in `bytes`; as long as `valueBytes` says, less what the entry hides. */
  readonly valuePosition: number
  readonly valueStart: number
  readonly valueBytes: number
}

const revisionBytes = 17
const separatorAt = 8
const separator = 0x5f
const deletionMark = 0x74
const zero: Halves = { high: 0, low: 0 }

export function toBigInt({ high, low }: Halves): bigint {
  return (BigInt(high) << 32n) | BigInt(low)
}

/** Reads the revisions of a bucket one after the other. */
export class RevisionReader {
  #lastMain = zero
  #lastSub = zero
  #count = 0

  get count(): number {
    return this.#count
  }

  /** The main revision of the last one; 0n before the first. */
  get lastRevision(): bigint {
    return toBigInt(this.#lastMain)
  }

  /** @throws AppError `snapshot-damaged`: `revision-unreadable`, `revisions-out-of-order`, `key-value-unreadable` */
  read(entry: Entry): Revision {
    const { bytes, keyStart } = entry
    const length = entry.keyEnd - keyStart
    const isDeletion = length === revisionBytes + 1 && bytes[keyStart + revisionBytes] === deletionMark
    const isRevision = (length === revisionBytes || isDeletion) && bytes[keyStart + separatorAt] === separator
    if (!isRevision || entry.flags !== 0) throw unreadable(entry)
    const main = halvesAt(bytes, keyStart)
    const sub = halvesAt(bytes, keyStart + separatorAt + 1)
    const order = compareHalves(main, this.#lastMain) || compareHalves(sub, this.#lastSub)
    if (order <= 0 && this.#count > 0)
      throw damaged('revisions-out-of-order', 'A revision does not come after the one before it', placeOf(entry))
    this.#lastMain = main
    this.#lastSub = sub
    this.#count += 1
    return readKeyValue(entry, { main, sub, isDeletion, ordinal: this.#count - 1 })
  }
}

function halvesAt(bytes: Buffer, start: number): Halves {
  return { high: bytes.readUInt32BE(start), low: bytes.readUInt32BE(start + 4) }
}

function compareHalves(a: Halves, b: Halves): number {
  return a.high - b.high || a.low - b.low
}

function placeOf({ pageId, valuePosition, keyStart, keyEnd }: Entry) {
  return { pageId, offset: valuePosition - (keyEnd - keyStart) }
}

function unreadable(entry: Entry) {
  return damaged('revision-unreadable', 'What stands where a revision has to be is none', placeOf(entry))
}

const keyField = 1
const createField = 2
const modField = 3
const versionField = 4
const valueField = 5
const leaseField = 6
const varintType = 0
const bytesType = 2

/** The fields of an `mvccpb.KeyValue` as etcd writes them: ascending, each at most once, zeros left out. */
class KeyValueFields {
  keyStart = 0
  keyEnd = 0
  create = zero
  mod = zero
  version = zero
  lease = zero
  valueStart = 0
  valueBytes = 0

  readonly #entry: Entry
  #at: number

  constructor(entry: Entry) {
    this.#entry = entry
    this.#at = entry.valueStart
    this.keyStart = entry.valueStart
    this.keyEnd = entry.valueStart
    this.valueStart = entry.valueStart
    let lastField = 0
    while (this.#at < entry.valueEnd) {
      const tag = this.#tag()
      const field = tag >>> 3
      if (field <= lastField) throw this.#failure()
      lastField = field
      this.#readField(field, tag & 7)
    }
    if (this.#at !== entry.valueEnd) throw this.#failure()
  }

  #readField(field: number, type: number): void {
    if (type === varintType) this.#setNumber(field, this.#varint())
    else if (type === bytesType) this.#setBytes(field, this.#small())
    else throw this.#failure()
  }

  #setNumber(field: number, value: Halves): void {
    if (field === createField) this.create = value
    else if (field === modField) this.mod = value
    else if (field === versionField) this.version = value
    else if (field === leaseField) this.lease = value
    else if (field === keyField || field === valueField) throw this.#failure()
  }

  #setBytes(field: number, length: number): void {
    const start = this.#at
    const hidden = field === valueField ? this.#entry.hiddenBytes : 0
    if (length < hidden) throw this.#failure()
    this.#at += length - hidden
    if (field === keyField) {
      this.keyStart = start
      this.keyEnd = this.#at
    } else if (field === valueField) {
      this.valueStart = start
      this.valueBytes = length
    } else if (field < leaseField) throw this.#failure()
    if (this.#at > this.#entry.valueEnd) throw this.#failure()
  }

  #tag(): number {
    const tag = this.#small()
    if (tag < 8) throw this.#failure()
    return tag
  }

  /** Tags and lengths have one byte or two nearly always, and there are millions: none of them is taken apart in halves. */
  #small(): number {
    const byte = this.#entry.bytes[this.#at] ?? 0x80
    if (byte < 0x80 && this.#at < this.#entry.valueEnd) {
      this.#at += 1
      return byte
    }
    const { high, low } = this.#varint()
    if (high !== 0) throw this.#failure()
    return low
  }

  /** As protocol buffers write them: seven bits a byte, the least first, at most ten bytes. */
  #varint(): Halves {
    const { bytes, valueEnd } = this.#entry
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70 && this.#at < valueEnd; shift += 7) {
      const byte = bytes[this.#at] ?? 0
      this.#at += 1
      const bits = byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high = bits >>> 4
      } else if (shift < 63 || bits <= 1) high |= bits << (shift - 32)
      else break
      if (byte < 0x80) return { high: high >>> 0, low: low >>> 0 }
    }
    throw this.#failure()
  }

  #failure() {
    const { pageId, valuePosition } = this.#entry
    return damaged('key-value-unreadable', 'What is stored under a revision is not what etcd writes there', {
      pageId,
      offset: valuePosition,
    })
  }
}

function readKeyValue(entry: Entry, revision: Pick<Revision, 'main' | 'sub' | 'isDeletion' | 'ordinal'>): Revision {
  const fields = new KeyValueFields(entry)
  const { main, isDeletion } = revision
  const isEmpty = entry.valueBytes === 0
  const isOfRevision = isDeletion || isEmpty || compareHalves(fields.mod, main) === 0
  const hasKey = isEmpty || fields.keyEnd > fields.keyStart
  if (!isOfRevision || !hasKey)
    throw damaged('key-value-unreadable', 'What is stored under a revision belongs to another one', placeOf(entry))
  return {
    ...revision,
    entry,
    bytes: entry.bytes,
    keyStart: fields.keyStart,
    keyEnd: fields.keyEnd,
    createRevision: fields.create,
    version: fields.version,
    lease: fields.lease,
    valuePosition: entry.valuePosition + fields.valueStart - entry.valueStart,
    valueStart: fields.valueStart,
    valueBytes: fields.valueBytes,
  }
}

const keyTag = (keyField << 3) | bytesType
const tagAndLengthBytesMax = 6

/** The key of an entry that was read before, whose value begins at `position`; no more than `bytesMax` of it. */
export async function readKeyAt(file: OpenFile, position: number, bytesMax: number): Promise<Uint8Array> {
  const rest = file.sizeBytes - position
  const bytes = await readBytes(file, position, Math.min(rest, tagAndLengthBytesMax + bytesMax))
  let length = 0
  let at = 1
  for (let byte = 0x80; bytes[0] === keyTag && byte >= 0x80 && at < tagAndLengthBytesMax; at += 1) {
    byte = bytes[at] ?? 0
    length += (byte & 0x7f) * 2 ** (7 * (at - 1))
  }
  return new Uint8Array(bytes.subarray(at, at + Math.min(length, bytesMax)))
}
