import type { ErrorCode } from '#lib/errors.ts'
import { AppError } from '#lib/errors.ts'

/** Where a connection was meant to go, as evidence in `details`. */
export interface ConnectionTarget {
  host: string
  port: number
  address: string
}

type ConnectionFailureCode = Extract<
  ErrorCode,
  'connection-refused' | 'connection-timed-out' | 'connection-reset' | 'host-unreachable'
>

const codes: Readonly<Record<string, ConnectionFailureCode>> = {
  ECONNREFUSED: 'connection-refused',
  ETIMEDOUT: 'connection-timed-out',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  EHOSTUNREACH: 'host-unreachable',
  EHOSTDOWN: 'host-unreachable',
  ENETUNREACH: 'host-unreachable',
  ENETDOWN: 'host-unreachable',
  EADDRNOTAVAIL: 'host-unreachable',
  // What a packet filter of this machine says
  EACCES: 'host-unreachable',
  EPERM: 'host-unreachable',
}

/** Our name for what the kernel or a deadline said about a connection; what is neither (a cancellation) comes back as it is. */
export function connectionFailure(cause: unknown, { host, port, address }: ConnectionTarget): unknown {
  if (!(cause instanceof Error)) return cause
  const reason = cause.name === 'TimeoutError' ? 'ETIMEDOUT' : String(Reflect.get(cause, 'code'))
  const code = codes[reason]
  if (code === undefined) return cause
  return new AppError(code, `No connection to ${host} at ${address} port ${port}: ${reason}`, {
    cause,
    details: { host, port, address, reason },
  })
}
