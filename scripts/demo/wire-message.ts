/** One field of a protobuf message: its number, and a text, bytes or whole message as its value. */
export type WireField = readonly [number: number, value: string | Buffer]

/** A protobuf message of length-delimited fields, which is all the demo's objects need. */
export function wireMessage(fields: readonly WireField[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value)
      return [varint((number << 3) | 2), varint(bytes.length), bytes]
    }),
  )
}

/** The tag of an integer field with its value. */
export function wireInteger(number: number, value: number): Buffer {
  return Buffer.concat([varint(number << 3), varint(value)])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return Buffer.from([...bytes, rest])
}
