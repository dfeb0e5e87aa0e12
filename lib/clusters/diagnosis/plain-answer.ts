import { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import { cleanLine } from '#lib/foreign-text.ts'
import type { Door } from '#lib/net/door.ts'
import type { HttpAnswer } from '#lib/net/http-get.ts'
import { httpGet } from '#lib/net/http-get.ts'
import type { CheckedAddress } from '#lib/net/resolve.ts'

export interface Said {
  /** The first of it, clean, on one line; absent where the other side said nothing. */
  text?: string
  /** Hung up on, or told in plain text that this port speaks TLS, as Go's HTTP server and nginx do. */
  mayWantTls: boolean
}

const textLengthMax = 100
const bodyMaxBytes = 64 * 1024

/** What a server answers to a plain question for `/version`. */
export async function askPlainly({ address, port }: CheckedAddress, door: Door): Promise<Said> {
  try {
    const answer = await httpGet({ host: address, port }, { ...door, path: '/version', maxBytes: bodyMaxBytes })
    const mayWantTls = answer.status === 400 && /HTTPS/i.test(answer.body.toString('latin1'))
    return { text: shownAnswer(answer), mayWantTls }
  } catch (error) {
    const text = shownGarbage(error)
    if (text !== undefined) return { text, mayWantTls: false }
    return { mayWantTls: error instanceof AppError && error.code === 'connection-reset' }
  }
}

/** `HTTP 404 nginx` and the beginning of the body. */
export function shownAnswer({ status, headers, body }: HttpAnswer): string {
  return cleanLine([`HTTP ${status}`, headers.server, shownBytes(body)].join(' '), textLengthMax)
}

const parseFailure = z.object({ rawPacket: z.instanceof(Buffer) })

/** What a server said that is no HTTP: Node keeps it with the error that says so. */
export function shownGarbage(error: unknown): string | undefined {
  if (!(error instanceof AppError)) return undefined
  const parsed = parseFailure.safeParse(error.cause)
  return parsed.success ? cleanLine(shownBytes(parsed.data.rawPacket), textLengthMax) : undefined
}

/** Of one UTF-16 unit in UTF-8. */
const unitMaxBytes = 3

function shownBytes(bytes: Buffer): string {
  return bytes.toString('utf8', 0, textLengthMax * unitMaxBytes)
}
