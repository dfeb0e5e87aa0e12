import { isIP } from 'node:net'
import type { ConnectionOptions, DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { connect } from 'node:tls'
import { AppError } from '#lib/errors.ts'
import { dialChecked } from './dial.ts'
import type { TlsSettings } from './dial-tls.ts'
import { readMaterial } from './dial-tls.ts'
import { hasTimedOut } from './interruption.ts'
import type { CheckedAddress } from './resolve.ts'
import type { TlsAttempt } from './tls-failure.ts'
import { tlsFailure } from './tls-failure.ts'

export interface TlsInspection {
  /** `TLSv1.3`; null when no handshake was finished. */
  readonly protocol: string | null
  /** What the server showed, DER, its own certificate first; a certificate that is not trusted is shown all the same. */
  readonly certificates: readonly Buffer[]
  /** Why we would not talk to it, or it not to us; absent when both agree. */
  readonly failure?: AppError
}

/** How long a server of TLS 1.3 has to refuse our certificate, which it does after we believe to be connected. */
const secondThoughtMs = 250
const chainLengthMax = 10

/**
 * Shakes hands with a server, tells what was seen, and hangs up. Nothing is ever sent beyond the handshake, so a certificate
 * nobody vouches for may be looked at too.
 *
 * @throws AppError as `dial`, and as `dialTls` for unusable material; the signal's reason when it is aborted other than by a deadline
 */
export async function inspectTls(
  checked: CheckedAddress,
  question: { tls: TlsSettings; signal: AbortSignal },
): Promise<TlsInspection> {
  const { host, port, address } = checked
  const attempt = { host, port, address, hasClientCertificate: question.tls.cert !== undefined }
  const secureContext = readMaterial(question.tls, attempt)
  const name = question.tls.serverName ?? host
  const options: ConnectionOptions = {
    socket: await dialChecked(checked, question.signal),
    secureContext,
    host: name,
    ...(isIP(name) ? {} : { servername: name }),
    ALPNProtocols: ['h2', 'http/1.1'],
    rejectUnauthorized: false,
  }
  const inspection = await watchHandshake(options, attempt, question.signal)
  if (question.signal.aborted && !hasTimedOut(question.signal)) throw question.signal.reason
  return inspection
}

function watchHandshake(options: ConnectionOptions, attempt: TlsAttempt, signal: AbortSignal): Promise<TlsInspection> {
  return new Promise((give) => {
    const socket = connect(options)
    let seen: TlsInspection = { protocol: null, certificates: [] }
    let secondThought: NodeJS.Timeout | undefined
    const finish = (cause?: unknown) => {
      clearTimeout(secondThought)
      signal.removeEventListener('abort', abort)
      socket.removeAllListeners().on('error', () => undefined)
      socket.destroy()
      options.socket?.destroy()
      give(seen.failure || cause === undefined ? seen : { ...seen, failure: failureOf(cause, attempt) })
    }
    const abort = () => finish(signal.reason)
    socket.on('secureConnect', () => {
      seen = read(socket, attempt)
      // A server that lets us in hands out a ticket for the next time; one of TLS 1.2 has had its say by now.
      if (seen.failure || seen.protocol !== 'TLSv1.3') return finish()
      secondThought = setTimeout(finish, secondThoughtMs)
      socket.once('session', () => finish())
    })
    socket.on('error', finish)
    socket.on('close', () => finish(hungUp()))
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
  })
}

function hungUp(): Error {
  return Object.assign(new Error('The other side hung up'), { code: 'ECONNRESET' })
}

function read(socket: TLSSocket, attempt: TlsAttempt): TlsInspection {
  const seen = { protocol: socket.getProtocol(), certificates: chainOf(socket.getPeerCertificate(true)) }
  if (socket.authorized) return seen
  const reason = String(socket.authorizationError)
  return { ...seen, failure: failureOf(Object.assign(new Error(reason), { code: reason }), attempt) }
}

function failureOf(cause: unknown, attempt: TlsAttempt): AppError {
  const failure = tlsFailure(cause, attempt)
  if (failure instanceof AppError) {
    const { code } = failure
    return code === 'connection-timed-out' ? timedOut(attempt, cause) : failure
  }
  const { host, port, address } = attempt
  return new AppError('tls-failed', `No TLS with ${host} at ${address} port ${port}`, {
    cause,
    details: { host, port, address, reason: cause instanceof Error ? cause.message : String(cause) },
  })
}

function timedOut({ host, port, address }: TlsAttempt, cause: unknown): AppError {
  return new AppError('timed-out', `${host} at ${address} port ${port} takes connections but does not finish TLS`, {
    cause,
    details: { host, port, address, phase: 'tls' },
  })
}

/** Node links each certificate to its issuer's, and one that signed itself to itself. */
function chainOf(leaf: DetailedPeerCertificate): Buffer[] {
  const chain = new Set<DetailedPeerCertificate>()
  for (let at: DetailedPeerCertificate | undefined = leaf; at?.raw && !chain.has(at); at = at.issuerCertificate) {
    if (chain.size === chainLengthMax) break
    chain.add(at)
  }
  return [...chain].map(({ raw }) => raw)
}
