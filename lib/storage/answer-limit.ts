import { IncomingMessage } from 'node:http'
import { pipeline, Transform } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import { AppError } from '#lib/errors.ts'

/** A page of a thousand keys, the longest there are, is a quarter of it. */
const answerMaxBytes = 8 * 1024 * 1024

/**
 * Bounds what a server may answer besides the bytes of objects: the client collects an answer before anybody can look at it, and an
 * endless one would take the memory of every team's work. Beyond, the call fails with `storage-bad-answer`.
 */
export function limitAnswers(client: S3Client): S3Client {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args)
        const answer = result.response as { statusCode?: number; body?: unknown }
        const isObject = commandName === 'GetObjectCommand' && (answer.statusCode ?? 0) < 300
        if (!isObject && answer.body instanceof IncomingMessage) answer.body = limited(answer.body)
        return result
      },
    { step: 'deserialize', priority: 'low', name: 'limitAnswers' },
  )
  return client
}

function limited(body: IncomingMessage): Transform {
  let seen = 0
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      seen += chunk.length
      if (seen <= answerMaxBytes) done(null, chunk)
      else done(new AppError('storage-bad-answer', `The storage answers with more than ${answerMaxBytes} bytes`))
    },
  })
  // Whoever reads it hears of a failure; the connection is given up with it.
  pipeline(body, counted, () => undefined)
  return counted
}
