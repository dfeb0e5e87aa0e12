import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { secondMs } from '#lib/time.ts'
import { connectionFailure } from './connection-failure.ts'
import type { Door } from './door.ts'
import { hasTimedOut } from './interruption.ts'
import type { Destination } from './own-endpoint.ts'
import type { CheckedAddress } from './resolve.ts'
import { isJudged, resolve } from './resolve.ts'

/** Room for a lost first packet, which is sent again after 1 and after 3 s (RFC 6298 §2), and for a second address. */
const connectMs = 5 * secondMs

/** What an address is given while another one is left, as where IPv6 is announced and leads nowhere. */
const connectBeforeOthersMs = 2 * secondMs

/**
 * Opens a TCP connection: looks up once, judges, and connects to a judged address.
 *
 * @throws AppError as `resolve`, and `connection-refused`, `connection-timed-out`, `connection-reset`, `host-unreachable`;
 * the signal's reason when it is aborted other than by a deadline
 */
export async function dial(destination: Destination, door: Door): Promise<Socket> {
  return await dialChecked(await resolve(destination, door), door.signal)
}

/** Connects to what `resolve` gave and to nothing else: to each address in turn, telling of the first one's failure. */
export async function dialChecked(checked: CheckedAddress, signal: AbortSignal): Promise<Socket> {
  if (!isJudged(checked)) throw new Error('An address that resolve() did not judge is not connected to')
  return await dialInTurn(checked, AbortSignal.any([signal, AbortSignal.timeout(connectMs)]))
}

async function dialInTurn(checked: CheckedAddress, signal: AbortSignal): Promise<Socket> {
  const [next, ...rest] = checked.others
  if (next === undefined) return await connectTo(checked, signal)
  const own = AbortSignal.any([signal, AbortSignal.timeout(connectBeforeOthersMs)])
  try {
    return await connectTo(checked, own)
  } catch (failure) {
    if (signal.aborted) throw failure
    return await dialInTurn({ ...checked, address: next, others: rest }, signal).catch((later: unknown) => {
      throw signal.aborted && !hasTimedOut(signal) ? later : failure
    })
  }
}

function connectTo({ host, port, address }: CheckedAddress, signal: AbortSignal): Promise<Socket> {
  return new Promise((give, reject) => {
    const socket = connect({ host: address, port, keepAlive: true })
    const fail = (cause: unknown) => {
      signal.removeEventListener('abort', abort)
      socket.destroy()
      reject(connectionFailure(cause, { host, port, address }))
    }
    const abort = () => fail(signal.reason)
    socket.once('error', fail)
    socket.once('connect', () => {
      socket.off('error', fail)
      signal.removeEventListener('abort', abort)
      give(socket)
    })
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
  })
}
