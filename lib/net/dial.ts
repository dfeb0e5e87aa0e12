import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { AppError } from '#lib/errors.ts'

interface Destination {
  host: string
  port: number
}

/**
 * Opens a TCP connection, name resolution included, before `signal` is aborted: every way out has a deadline.
 * Throws `dependency-unavailable` when nobody answers there in time.
 */
export function dial({ host, port }: Destination, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, keepAlive: true })
    const fail = (cause: unknown) => {
      socket.destroy()
      reject(new AppError('dependency-unavailable', `Nobody answers at ${host}:${port}`, { cause }))
    }
    const give = () => {
      socket.off('error', fail)
      signal.removeEventListener('abort', abort)
      resolve(socket)
    }
    const abort = () => fail(signal.reason)
    socket.once('error', fail)
    socket.once('connect', give)
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
  })
}
