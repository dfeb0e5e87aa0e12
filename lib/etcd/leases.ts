import { Duplex } from 'node:stream'
import type { ILeaseKeepAliveResponse } from 'etcd3'
import { LeaseClient } from 'etcd3'
import { AppError } from '#lib/errors.ts'
import type { Caller, PlacedOptions } from './caller.ts'
import { toEtcdError } from './errors.ts'
import type { Call } from './make-call.ts'

export interface LeaseState {
  readonly id: bigint
  /** As it was granted. */
  readonly grantedSeconds: bigint
  readonly remainingSeconds: bigint
  /** Keys bound to it, where they were asked for. */
  readonly keys: readonly Buffer[]
}

interface GrantOptions extends PlacedOptions {
  /** Chosen by the server unless given; with it, a grant sent again after a time-out finds itself. */
  readonly id?: bigint
}

export function leaseCalls(caller: Caller) {
  return {
    /** @throws AppError `etcd-already-exists` when the id given is taken */
    grant: (
      ttlSeconds: bigint,
      { id = 0n, ...options }: GrantOptions = {},
    ): Promise<{ id: bigint; ttlSeconds: bigint }> =>
      caller.call({ name: 'Lease/LeaseGrant', isWrite: true, ...options }, async ({ rpc }) => {
        const granted = await new LeaseClient(rpc).leaseGrant({ TTL: String(ttlSeconds), ID: String(id) })
        return { id: BigInt(granted.ID), ttlSeconds: BigInt(granted.TTL) }
      }),

    /** Ends a lease and deletes every key bound to it. @throws AppError `etcd-lease-not-found` */
    revoke: async (id: bigint, options: PlacedOptions = {}): Promise<void> => {
      await caller.call({ name: 'Lease/LeaseRevoke', isWrite: true, ...options }, ({ rpc }) =>
        new LeaseClient(rpc).leaseRevoke({ ID: String(id) }),
      )
    },

    /** Sets a lease back to its full time, once; gives that time. @throws AppError `etcd-lease-not-found` */
    keepAlive: (id: bigint, options: PlacedOptions = {}): Promise<bigint> =>
      caller.call({ name: 'Lease/LeaseKeepAlive', isWrite: true, ...options }, (call) => keepAliveOnce(call, id)),

    /** What is left of a lease. @throws AppError `etcd-lease-not-found` */
    timeToLive: (
      id: bigint,
      { withKeys = false, ...options }: PlacedOptions & { withKeys?: boolean } = {},
    ): Promise<LeaseState> =>
      caller.call({ name: 'Lease/LeaseTimeToLive', hasLargeAnswer: true, ...options }, async ({ rpc, failed }) => {
        const { TTL, grantedTTL, keys } = await new LeaseClient(rpc).leaseTimeToLive({ ID: String(id), keys: withKeys })
        const remainingSeconds = BigInt(TTL)
        if (remainingSeconds < 0n) throw leaseNotFound(id, failed.endpoint)
        return { id, grantedSeconds: BigInt(grantedTTL), remainingSeconds, keys }
      }),

    /** The ids of all leases. */
    list: (options: PlacedOptions = {}): Promise<bigint[]> =>
      caller.call({ name: 'Lease/LeaseLeases', hasLargeAnswer: true, ...options }, async ({ rpc }) => {
        const { leases } = await new LeaseClient(rpc).leaseLeases()
        return leases.map(({ ID }) => BigInt(ID))
      }),
  }
}

/** etcd answers the time to live of a lease it does not have with -1, and its renewal with 0, rather than with an error. */
function leaseNotFound(id: bigint, endpoint: string): AppError {
  return new AppError('etcd-lease-not-found', `No lease ${id} at ${endpoint}`, {
    details: { lease: String(id), endpoint },
  })
}

async function keepAliveOnce({ rpc, deadline, failed }: Call, id: bigint): Promise<bigint> {
  const stream = await new LeaseClient(rpc).leaseKeepAlive({ deadline: deadline.at })
  if (!(stream instanceof Duplex)) throw new Error('gRPC gives streams that are none of Node')
  const cancel = () => stream.cancel()
  deadline.signal.addEventListener('abort', cancel, { once: true })
  try {
    stream.write({ ID: String(id) })
    const answer = await firstOf<ILeaseKeepAliveResponse>(stream)
    const seconds = BigInt(answer.TTL)
    if (seconds <= 0n) throw leaseNotFound(id, failed.endpoint)
    return seconds
  } catch (error) {
    throw toEtcdError(error, failed)
  } finally {
    deadline.signal.removeEventListener('abort', cancel)
    stream.end()
    stream.cancel()
  }
}

function firstOf<Item>(stream: Duplex): Promise<Item> {
  return new Promise((give, reject) => {
    stream.once('data', give)
    // After the first answer the stream is cancelled, which is an error too.
    stream.on('error', reject)
    stream.once('end', () => reject(new Error('The stream ended without an answer')))
  })
}
