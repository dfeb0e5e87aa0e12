import type { z } from 'zod'
import { networkProblem } from './problem.ts'

/** More than any line of ours has: an answer without line breaks must not fill the memory. */
const lineLengthMax = 1_000_000

/**
 * Takes a stream of JSON lines (NDJSON) apart as it comes, each line of the shape `schema`. Leaving the loop ends the request.
 *
 * @throws ApiProblem `network` when the stream breaks off, or holds what is no such line; an abort rejects with its own reason
 */
export async function* linesOf<Line>(
  body: ReadableStream<Uint8Array>,
  schema: z.ZodType<Line>,
  signal?: AbortSignal,
): AsyncGenerator<Line, void, undefined> {
  try {
    for await (const line of textLines(body)) yield schema.parse(JSON.parse(line))
  } catch (error) {
    signal?.throwIfAborted()
    throw networkProblem(error)
  }
}

async function* textLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (let isOver = false; !isOver; ) {
      const { done, value } = await reader.read()
      isOver = done
      const lines = (rest + decoder.decode(value, { stream: !done })).split('\n')
      rest = done ? '' : (lines.pop() ?? '')
      if (rest.length > lineLengthMax) throw new Error('a line without an end')
      yield* lines.filter((line) => line.trim() !== '')
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
