import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { AppError } from '#lib/errors.ts'
import { secondMs } from '#lib/time.ts'
import { formatSocket } from './address-policy.ts'
import type { ConnectionTarget } from './connection-failure.ts'
import { dial } from './dial.ts'
import type { TlsDoor, TlsSettings } from './dial-tls.ts'
import { dialTls } from './dial-tls.ts'
import { isOwnEndpoint } from './make-own-endpoint.ts'
import type { Destination } from './own-endpoint.ts'
import { tlsFailure } from './tls-failure.ts'

export interface HttpQuestion extends TlsDoor {
  /** Present for https, even when empty; absent for plain http. */
  readonly tls?: TlsSettings | undefined
  /** With its query, as in `/metrics`. */
  readonly path: string
  /** Of the body; a longer one is an error and is not read to its end. */
  readonly maxBytes: number
  /** Instead, the beginning of a longer body is the answer. */
  readonly isHeadEnough?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

const answerMs = 10 * secondMs
const headersMaxBytes = 32 * 1024

/**
 * One GET on a connection of its own, through the same door as everything else. A redirect is an answer like any other:
 * where it points to is nobody we were asked to talk to.
 *
 * @throws AppError as `dial` or `dialTls`, and `timed-out`, `answer-too-large`, `answer-unreadable`
 */
export async function httpGet(destination: Destination, question: HttpQuestion): Promise<HttpAnswer> {
  const socket = question.tls ? await dialTls(destination, question) : await dial(destination, question)
  const signal = AbortSignal.any([question.signal, AbortSignal.timeout(answerMs)])
  const address = socket.remoteAddress ?? ''
  try {
    const response = await ask(socket, hostHeader(destination, question.tls), { ...question, signal })
    const body = await readBody(response, question)
    return { status: response.statusCode ?? 0, headers: response.headers, body }
  } catch (cause) {
    const target = { host: hostOf(destination), port: destination.port, address }
    throw answerFailure(signal.aborted ? signal.reason : cause, target, question.tls)
  } finally {
    socket.destroy()
  }
}

function ask(socket: Socket, host: string, { path, headers, signal }: HttpQuestion): Promise<IncomingMessage> {
  return new Promise((give, reject) => {
    const asked = request({
      path,
      headers: { connection: 'close', ...headers, host },
      maxHeaderSize: headersMaxBytes,
      signal,
      // No agent, not even `agent: false`: that one is a new agent, which would connect by itself.
      createConnection: () => socket,
    })
    asked.once('response', give)
    asked.on('error', reject)
    asked.end()
  })
}

async function readBody(
  response: IncomingMessage,
  { maxBytes, isHeadEnough = false }: Pick<HttpQuestion, 'maxBytes' | 'isHeadEnough'>,
): Promise<Buffer> {
  const pieces: Buffer[] = []
  let sizeBytes = 0
  for await (const piece of response) {
    sizeBytes += piece.length
    if (sizeBytes > maxBytes && isHeadEnough) return Buffer.concat([...pieces, piece], maxBytes)
    if (sizeBytes > maxBytes) {
      throw new AppError('answer-too-large', `The answer is longer than ${maxBytes} bytes`, { details: { maxBytes } })
    }
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function answerFailure(cause: unknown, target: ConnectionTarget, tls: TlsSettings | undefined): unknown {
  if (cause instanceof AppError || !(cause instanceof Error)) return cause
  const { host, port, address } = target
  const where = `${host} at ${address} port ${port}`
  if (cause.name === 'TimeoutError') {
    return new AppError('timed-out', `${where} does not finish its answer`, {
      cause,
      details: { host, port, address, phase: 'answer' },
    })
  }
  const reason = String(Reflect.get(cause, 'code'))
  if (reason.startsWith('HPE_')) {
    return new AppError('answer-unreadable', `${where} answers with something else than HTTP: ${reason}`, {
      cause,
      details: { host, port, address, reason },
    })
  }
  return tlsFailure(cause, { ...target, hasClientCertificate: tls?.cert !== undefined })
}

function hostOf(destination: Destination): string {
  return isOwnEndpoint(destination) ? destination.address : destination.host
}

/** The name the server is asked for; an address of IPv6 stands in brackets (RFC 9110 §7.2). */
function hostHeader(destination: Destination, tls: TlsSettings | undefined): string {
  const bare = tls?.serverName ?? hostOf(destination).replace(/^\[|\]$/g, '')
  return formatSocket(bare, destination.port)
}
