/** Messages as an etcd sends them, made by hand: what a server says that is none. */

/** A field of text, bytes or a message. */
export function piece(field: number, content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes])
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)])
}

const header = piece(1, Buffer.concat([number(1, 77), number(2, 1), number(3, 5), number(4, 2)]))

interface Member {
  id: number
  name?: string | Uint8Array
  peerUrls?: readonly string[]
  clientUrls?: readonly string[]
}

/** The answer to `MemberList`. */
export function memberList(members: readonly Member[]): Buffer {
  const said = members.map(({ id, name = `m${id}`, peerUrls = [], clientUrls = [] }) => {
    const urls = [...peerUrls.map((url) => piece(3, url)), ...clientUrls.map((url) => piece(4, url))]
    return piece(2, Buffer.concat([number(1, id), piece(2, name), ...urls]))
  })
  return Buffer.concat([header, ...said])
}

/** The answer to `Status`. */
export function status(version: string, errors: readonly string[] = []): Buffer {
  const alarms = errors.map((error) => piece(8, error))
  return Buffer.concat([header, piece(2, version), number(3, 1000), number(4, 1), ...alarms])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80)
  return Buffer.from([...bytes, rest])
}
