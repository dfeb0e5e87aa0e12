import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib'
import type { AppError } from '#lib/errors.ts'
import { damaged } from './damaged.ts'
import { inBlocks } from './in-blocks.ts'

/** The ways a snapshot is packed; zstd packs an etcd's database nine times as fast as gzip. */
export const compressions = ['zstd', 'gzip', 'none'] as const
export type Compression = (typeof compressions)[number]

type Bytes = AsyncIterable<Uint8Array>

/** What comes out at once; with the 16 KiB of Node half the time would go into handing it on. */
const chunkSize = 128 * 1024
const largePartBytes = 256 * 1024
/** The quickest: of what the bench backs up, level 3 makes 0.3 % less. */
const zstdLevel = 1
/** An unpacker sets aside as much memory as the packer looked back: 2^23 bytes, four times what level 3 uses. */
const zstdWindowLogMax = 23

/**
 * Packs a stream as fast as the reader takes it. What the source gave is used no longer than until the next but one is asked for;
 * what comes out is the reader's own.
 *
 * @throws what the source throws
 */
export async function* compress(source: Bytes, compression: Compression): AsyncGenerator<Uint8Array> {
  if (compression === 'none') for await (const part of source) yield Uint8Array.from(part)
  else yield* through(source, compression === 'zstd' ? packZstd() : createGzip(oneAfterAnother))
}

/**
 * Unpacks what `compress` made, and not one byte more than it was made of: a small object that would unpack to a large one
 * is refused when it passes the size, and one with anything behind its end is refused as well.
 *
 * @param expectedBytes of the unpacked stream, from the manifest
 * @throws AppError `backup-damaged` with `details.cause`; what the source throws
 */
export async function* decompress(
  source: Bytes,
  { compression, expectedBytes }: { compression: Compression; expectedBytes: number },
): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0
  for await (const part of compression === 'none' ? source : unpack(source, compression)) {
    sizeBytes += part.length
    if (sizeBytes > expectedBytes) throw damaged('wrong-size', `unpacks to more than ${expectedBytes} bytes`)
    yield part
  }
  if (sizeBytes < expectedBytes) throw damaged('wrong-size', `unpacks to ${sizeBytes} bytes, not ${expectedBytes}`)
}

async function* unpack(source: Bytes, compression: Exclude<Compression, 'none'>): AsyncGenerator<Uint8Array> {
  const unpacker = compression === 'zstd' ? unpackZstd() : createGunzip(oneAfterAnother)
  const fed: Fed = { storedBytes: 0, isWhole: false, failure: undefined }
  try {
    yield* through(watched(source, fed), unpacker)
  } catch (error) {
    if (fed.failure) throw fed.failure.error
    throw toDamage(error)
  }
  // Both unpackers stop at the end of what was packed, and say nothing of the rest.
  if (!fed.isWhole || unpacker.bytesWritten !== fed.storedBytes) throw goesOn()
}

/** What an unpacker was given, and whether it was the source that failed. */
interface Fed {
  storedBytes: number
  isWhole: boolean
  failure: { error: unknown } | undefined
}

async function* watched(source: Bytes, fed: Fed): AsyncGenerator<Uint8Array> {
  try {
    for await (const part of source) {
      fed.storedBytes += part.length
      yield part
    }
    fed.isWhole = true
  } catch (error) {
    fed.failure = { error }
    throw error
  }
}

async function* through(source: Bytes, transform: Transform): AsyncGenerator<Uint8Array> {
  const feeding = pipeline(inLargeParts(source), transform).then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  let isRead = false
  let failure: { error: unknown } | undefined
  try {
    yield* transform
    isRead = true
  } finally {
    if (!isRead) transform.destroy()
    failure = await feeding
  }
  // The end of the readable side comes before the failure of the other one, and hides it.
  if (failure) throw failure.error
}

/** Each part is a trip to another thread and back: those of 32 KiB that etcd sends would spend half the time on the way. */
async function* inLargeParts(source: Bytes): AsyncGenerator<Buffer> {
  for await (const { parts, sizeBytes } of inBlocks(source, largePartBytes)) {
    const [first] = parts
    if (first && parts.length === 1) yield Buffer.from(first.buffer, first.byteOffset, first.length)
    else if (sizeBytes > 0) yield Buffer.concat(parts)
  }
}

/**
 * A part is only taken when the one before it is done. Else Node may see the end behind the last part, ends the frame with it,
 * ends again when there is nothing left, and so puts an empty frame behind ours, at which its own unpacker does not look.
 */
const oneAfterAnother = { chunkSize, writableHighWaterMark: 1 }

function packZstd(): Transform {
  const { ZSTD_c_compressionLevel: level, ZSTD_c_checksumFlag: checksum } = constants
  return createZstdCompress({ ...oneAfterAnother, params: { [level]: zstdLevel, [checksum]: 1 } })
}

function unpackZstd() {
  return createZstdDecompress({ ...oneAfterAnother, params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLogMax } })
}

/** The two libraries have codes of their own; a pipeline is closed early when an unpacker is done before its source. */
function toDamage(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'Z_BUF_ERROR') return damaged('truncated', 'ends before what was packed does')
  if (code === 'ERR_STREAM_PREMATURE_CLOSE') return goesOn()
  return /^(?:Z|ZSTD)_/.test(code) ? damaged('not-unpackable', `cannot be unpacked: ${code}`) : error
}

function goesOn(): AppError {
  return damaged('extended', 'goes on after the end of what was packed')
}
