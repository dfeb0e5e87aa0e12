/** Castagnoli's polynomial, reversed. */
const polynomial = 0x82f63b78

/** `tables[n]` holds what a byte does to the sum when n bytes follow: four bytes are taken at once ("slicing-by-4"). */
const tables = makeTables()

/** CRC-32C over parts that come one after the other. */
export class Crc32c {
  #state = 0xffffffff

  add(bytes: Uint8Array, start = 0, end = bytes.length): void {
    const [t0, t1, t2, t3] = tables
    const whole = end - ((end - start) & 3)
    let state = this.#state
    for (let at = start; at < whole; at += 4) {
      const word =
        state ^
        ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24))
      state =
        (t3[word & 0xff] ?? 0) ^
        (t2[(word >>> 8) & 0xff] ?? 0) ^
        (t1[(word >>> 16) & 0xff] ?? 0) ^
        (t0[word >>> 24] ?? 0)
    }
    for (let at = whole; at < end; at += 1) state = (t0[(state ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (state >>> 8)
    this.#state = state
  }

  get value(): number {
    return ~this.#state >>> 0
  }
}

function makeTables(): [Int32Array, Int32Array, Int32Array, Int32Array] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let state = byte
    for (let bit = 0; bit < 8; bit += 1) state = state & 1 ? (state >>> 1) ^ polynomial : state >>> 1
    return state
  })
  const after = (table: Int32Array) => table.map((state) => (first[state & 0xff] ?? 0) ^ (state >>> 8))
  const second = after(first)
  const third = after(second)
  return [first, second, third, after(third)]
}
