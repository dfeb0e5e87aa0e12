import { cleanText } from '#lib/foreign-text.ts'

/**
 * As much of the protocol buffers wire format as the few messages need that etcd3's protocol file lacks: varints, and bytes
 * (https://protobuf.dev/programming-guides/encoding).
 */
export interface WireFields {
  /** 0 where the field is absent, as proto3 has it; the last one where it is repeated. */
  uint64(field: number): bigint
  int64(field: number): bigint
  bool(field: number): boolean
  bytes(field: number): Buffer
  /** Clean, and of 300 characters at most. */
  text(field: number): string
  /** The first `most` of them. */
  texts(field: number, most: number): string[]
  /** A message within the message; empty where it is absent. */
  message(field: number): WireFields
}

const wireVarint = 0
const wireFixed64 = 1
const wireBytes = 2
const wireFixed32 = 5
const empty = Buffer.alloc(0)

/** Of one message. Members, roles and permissions come by the dozen; empty fields of two bytes each, only from somebody who means ill. */
export const fieldsMax = 10_000

/** @throws RangeError when the bytes end inside a field, or there are more than `fieldsMax` */
export function readFields(source: Buffer): WireFields {
  const numbers = new Map<number, bigint>()
  const pieces = new Map<number, Buffer[]>()
  for (const { field, number, piece } of eachField(source)) {
    if (number !== undefined) numbers.set(field, number)
    if (piece === undefined) continue
    const known = pieces.get(field)
    if (known) known.push(piece)
    else pieces.set(field, [piece])
  }
  const bytes = (field: number) => pieces.get(field)?.at(-1) ?? empty
  return {
    uint64: (field) => numbers.get(field) ?? 0n,
    int64: (field) => BigInt.asIntN(64, numbers.get(field) ?? 0n),
    bool: (field) => (numbers.get(field) ?? 0n) !== 0n,
    bytes,
    text: (field) => textOf(bytes(field)),
    texts: (field, most) => (pieces.get(field) ?? []).slice(0, most).map(textOf),
    message: (field) => readFields(bytes(field)),
  }
}

const textLengthMax = 300
/** Of one UTF-16 unit in UTF-8. */
const unitMaxBytes = 3

function textOf(piece: Buffer): string {
  return cleanText(piece.toString('utf8', 0, (textLengthMax + 1) * unitMaxBytes), textLengthMax)
}

/** Of all messages within one: a permission or a member has three to six. */
export const nestedFieldsMax = 4 * fieldsMax

/**
 * For a message that something else decodes, however many fields it has. Those of the messages in its fields
 * `messageFields` count too.
 *
 * @throws RangeError as `readFields`, and when there are more than `nestedFieldsMax` in the messages within
 */
export function checkFields(source: Buffer, messageFields: readonly number[] = []): void {
  let nestedLeft = nestedFieldsMax
  for (const { field, piece } of eachField(source)) {
    if (piece === undefined || !messageFields.includes(field)) continue
    for (const _ of eachField(piece, nestedLeft)) nestedLeft -= 1
  }
}

function* eachField(source: Buffer, countMax = fieldsMax): Generator<Omit<Value, 'next'> & { field: number }> {
  let count = 0
  for (let offset = 0; offset < source.length; ) {
    count += 1
    if (count > countMax) throw new RangeError(`The message has more than ${countMax} fields`)
    const tag = readSize(source, offset)
    const value = readValue(source, tag.next, tag.value % 8)
    yield { field: Math.floor(tag.value / 8), number: value.number, piece: value.piece }
    offset = value.next
  }
}

interface Value {
  next: number
  number?: bigint | undefined
  piece?: Buffer | undefined
}

function readValue(source: Buffer, offset: number, wireType: number): Value {
  if (wireType === wireVarint) {
    const { value, next } = readVarint(source, offset)
    return { next, number: value }
  }
  if (wireType === wireFixed64) return { next: offset + 8, number: source.readBigUInt64LE(offset) }
  if (wireType === wireFixed32) return { next: offset + 4, number: BigInt(source.readUInt32LE(offset)) }
  if (wireType !== wireBytes) throw new RangeError(`Wire type ${wireType} is none that etcd uses`)
  const { value, next } = readSize(source, offset)
  const end = next + value
  if (end > source.length) throw new RangeError('The message ends inside a field')
  return { next: end, piece: source.subarray(next, end) }
}

/** A tag or a length, for which a number does: what it cannot tell exactly is longer than any message. */
function readSize(source: Buffer, start: number): { value: number; next: number } {
  let value = 0
  for (let index = 0; index < 10; index += 1) {
    const byte = source[start + index]
    if (byte === undefined) throw new RangeError('The message ends inside a number')
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, next: start + index + 1 }
  }
  throw new RangeError('A number is longer than 64 bits')
}

function readVarint(source: Buffer, start: number): { value: bigint; next: number } {
  let value = 0n
  for (let index = 0; index < 10; index += 1) {
    const byte = source[start + index]
    if (byte === undefined) throw new RangeError('The message ends inside a number')
    value |= BigInt(byte & 0x7f) << BigInt(7 * index)
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), next: start + index + 1 }
  }
  throw new RangeError('A number is longer than 64 bits')
}

/** One int64 field, left out when it is 0. */
export function writeInt64(field: number, given: bigint): Buffer {
  if (given === 0n) return empty
  const bytes: number[] = [field << 3]
  let rest = BigInt.asUintN(64, given)
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  bytes.push(Number(rest))
  return Buffer.from(bytes)
}
