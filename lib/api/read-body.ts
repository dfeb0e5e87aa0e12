import { AppError } from '#lib/errors.ts'

const usualMaxBytes = 1024 * 1024

interface BodyRules {
  isExpected: boolean
  /** 1 MiB when not given. */
  bodySizeMaxBytes?: number | undefined
}

/**
 * Reads a JSON body, of at most 1 MiB unless the rules say otherwise. A request without a body gives undefined, which the schema then judges.
 * A body that is not announced as JSON is refused even where none is expected: a form cannot announce it (CSRF).
 */
export async function readBody(
  request: Request,
  { isExpected, bodySizeMaxBytes = usualMaxBytes }: BodyRules,
): Promise<unknown> {
  const text = await readText(request, bodySizeMaxBytes)
  const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json' && (isExpected || text !== '' || mediaType !== undefined)) {
    throw new AppError('unsupported-media-type', `Body announced as ${mediaType ?? 'nothing'}`)
  }
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new AppError('malformed-json', 'The body is not JSON', { cause: error })
  }
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  if (!request.body) return ''
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of request.body) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > maxBytes) {
      throw new AppError('payload-too-large', `The body is larger than ${maxBytes} bytes`, { details: { maxBytes } })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
