/** How many parts are on their way at once; one more is being filled. */
const sendingMax = 2

const mebibyte = 1024 * 1024

/**
 * Parts of 8 MiB, so that three of them are 24 MiB of memory and 10,000 (S3's limit) would be 78 GiB; the second half of the
 * numbers is twice as large, which makes room for 117 GiB. They are alike up to 39 GiB, as R2 demands of all but the last.
 */
export function partBytes(number: number): number {
  return number <= partsMax / 2 ? 8 * mebibyte : 16 * mebibyte
}

/** S3's limit. */
const partsMax = 10_000

/** What one object may hold here. */
export const objectBytesMax = 100 * 1024 * mebibyte

export interface Part {
  /** From 1. */
  readonly number: number
  readonly bytes: Uint8Array
}

/** Cuts what is written into parts and sends them, a few at once; a writer waits while enough of them are on their way. */
export class PartQueue<Receipt> {
  readonly #send: (part: Part) => Promise<Receipt>
  readonly #receipts: Receipt[] = []
  readonly #sending = new Set<Promise<void>>()
  /** Memory of parts that have arrived, to be filled again. */
  readonly #spare: Uint8Array[] = []
  #failure: { readonly error: unknown } | undefined
  #filling: Uint8Array | undefined
  #filledBytes = 0
  #number = 1

  constructor(send: (part: Part) => Promise<Receipt>) {
    this.#send = send
  }

  /** @throws the failure of any part */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      this.#throwFailure()
      const room = this.#room()
      const piece = bytes.subarray(at, at + room.length - this.#filledBytes)
      room.set(piece, this.#filledBytes)
      this.#filledBytes += piece.length
      at += piece.length
      if (this.#filledBytes === room.length) await this.#sendFilled()
    }
  }

  /** Sends what is left, and waits for all of it; receipts in order of their parts. @throws the failure of any part */
  async finish(): Promise<Receipt[]> {
    if (this.#filledBytes > 0 || this.#number === 1) await this.#sendFilled()
    await this.settle()
    this.#throwFailure()
    return this.#receipts
  }

  /** Waits until nothing is on its way any more, however it ends. */
  async settle(): Promise<void> {
    await Promise.all(this.#sending)
    this.#filling = undefined
    this.#spare.length = 0
  }

  #room(): Uint8Array {
    const sizeBytes = partBytes(this.#number)
    this.#filling ??= this.#takeSpare(sizeBytes) ?? Buffer.allocUnsafeSlow(sizeBytes)
    return this.#filling
  }

  #takeSpare(sizeBytes: number): Uint8Array | undefined {
    const spare = this.#spare.pop()
    return spare?.length === sizeBytes ? spare : undefined
  }

  async #sendFilled(): Promise<void> {
    while (this.#sending.size >= sendingMax) await Promise.race(this.#sending)
    this.#throwFailure()
    const memory = this.#room()
    const number = this.#number
    const sending = this.#send({ number, bytes: memory.subarray(0, this.#filledBytes) }).then(
      (receipt) => {
        this.#receipts[number - 1] = receipt
        this.#spare.push(memory)
      },
      (error: unknown) => {
        this.#failure ??= { error }
      },
    )
    this.#filling = undefined
    this.#filledBytes = 0
    this.#number += 1
    const counted = sending.finally(() => this.#sending.delete(counted))
    this.#sending.add(counted)
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error
  }
}
