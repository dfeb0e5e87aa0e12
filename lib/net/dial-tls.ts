import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { ConnectionOptions, SecureContext, TLSSocket } from 'node:tls'
import { connect, createSecureContext } from 'node:tls'
import { AppError } from '#lib/errors.ts'
import { secondMs } from '#lib/time.ts'
import { dialChecked } from './dial.ts'
import type { Door } from './door.ts'
import { hasTimedOut } from './interruption.ts'
import type { Destination } from './own-endpoint.ts'
import { resolve } from './resolve.ts'
import type { TlsAttempt } from './tls-failure.ts'
import { tlsFailure } from './tls-failure.ts'

export interface TlsSettings {
  /** Whom to trust instead of the public authorities, PEM. */
  readonly ca?: string | undefined
  /** Our own certificate and its key, PEM. */
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** The name the certificate must be for, where it is not the host's. */
  readonly serverName?: string | undefined
  /** Protocols to offer, as in `['h2']`. */
  readonly alpn?: readonly string[] | undefined
}

export interface TlsDoor extends Door {
  readonly tls?: TlsSettings | undefined
}

const handshakeMs = 5 * secondMs

/**
 * Opens a TLS connection as `dial` opens a TCP connection; the certificate is checked against the name, never against the
 * address that name led to. A server that wants another client certificate than ours may say so only at the first read.
 *
 * @throws AppError as `dial`, and `tls-not-spoken`, `certificate-*`, `client-*`, `tls-failed`, `timed-out`
 */
export async function dialTls(destination: Destination, door: TlsDoor): Promise<TLSSocket> {
  const checked = await resolve(destination, door)
  const { host, port, address } = checked
  const attempt = { host, port, address, hasClientCertificate: door.tls?.cert !== undefined }
  const secureContext = readMaterial(door.tls ?? {}, attempt)
  const socket = await dialChecked(checked, door.signal)
  const name = door.tls?.serverName ?? host
  const options: ConnectionOptions = {
    socket,
    secureContext,
    // Said aloud, or NODE_TLS_REJECT_UNAUTHORIZED could switch it off.
    rejectUnauthorized: true,
    // What the certificate is checked against. An address is never announced to the server (RFC 6066 §3).
    host: name,
    ...(isIP(name) ? {} : { servername: name }),
    ...(door.tls?.alpn ? { ALPNProtocols: [...door.tls.alpn] } : {}),
  }
  return await shakeHands(options, attempt, door.signal)
}

export function readMaterial({ ca, cert, key }: TlsSettings, attempt: TlsAttempt): SecureContext {
  try {
    // OpenSSL passes over an authority it cannot read, and the server would be blamed.
    if (ca && new X509Certificate(ca).raw.length === 0) throw new Error('An empty certificate')
    return createSecureContext({ ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }), minVersion: 'TLSv1.2' })
  } catch (cause) {
    throw tlsFailure(cause, attempt)
  }
}

function shakeHands(options: ConnectionOptions, attempt: TlsAttempt, signal: AbortSignal): Promise<TLSSocket> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(handshakeMs)])
  return new Promise((give, reject) => {
    const socket = connect(options)
    const fail = (cause: unknown) => {
      either.removeEventListener('abort', abort)
      socket.destroy()
      options.socket?.destroy()
      reject(hasTimedOut(either) && cause === either.reason ? tooSlow(attempt, cause) : tlsFailure(cause, attempt))
    }
    const abort = () => fail(either.reason)
    socket.once('error', fail)
    socket.once('secureConnect', () => {
      socket.off('error', fail)
      either.removeEventListener('abort', abort)
      give(socket)
    })
    either.addEventListener('abort', abort, { once: true })
    if (either.aborted) abort()
  })
}

function tooSlow({ host, port, address }: TlsAttempt, cause: unknown): AppError {
  return new AppError('timed-out', `${host} at ${address} port ${port} takes connections but does not finish TLS`, {
    cause,
    details: { host, port, address, phase: 'tls' },
  })
}
