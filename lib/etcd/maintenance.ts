import { KVClient, MaintenanceClient } from 'etcd3'
import { callOwn } from './call-unary.ts'
import type { Caller, PlacedOptions } from './caller.ts'
import type { EtcdEndpoint } from './connection.ts'
import type { CallOptions } from './deadline.ts'
import type { EtcdHeader } from './header.ts'
import { toHeader } from './header.ts'
import type { HashKv } from './own-methods.ts'
import { hashKvMethod } from './own-methods.ts'

export type AlarmKind = 'nospace' | 'corrupt'

export interface EtcdAlarm {
  readonly memberId: bigint
  readonly kind: AlarmKind
}

const toEtcdAlarm = { nospace: 'Nospace', corrupt: 'Corrupt' } as const
const fromEtcdAlarm = { None: undefined, Nospace: 'nospace', Corrupt: 'corrupt' } as const

/** A defragmentation stops the member for about a second per GB; nobody should learn of it by a deadline of seconds. */
const defragmentMs = 10 * 60_000
/** etcd itself gives up moving the leader after two elections' time. */
const moveLeaderMs = 15_000
/** An uncached hash reads the whole database. */
const hashMs = 60_000

const hashKind = { name: 'Maintenance/HashKV', needsRoot: true, mayRepeat: false }

export function maintenanceCalls(caller: Caller) {
  return {
    /** The alarms raised in the cluster, whoever raised them. */
    alarms: (options: PlacedOptions = {}): Promise<EtcdAlarm[]> =>
      caller.call({ name: 'Maintenance/Alarm', ...options }, async ({ rpc }) => {
        const { alarms } = await new MaintenanceClient(rpc).alarm({ action: 'Get' })
        return alarms.flatMap(({ memberID, alarm }) => {
          const kind = fromEtcdAlarm[alarm]
          return kind === undefined ? [] : [{ memberId: BigInt(memberID), kind }]
        })
      }),

    /** Takes one alarm away; the cause has to be gone before, or it comes back. Safe to repeat. */
    disarm: async ({ memberId, kind }: EtcdAlarm, options: PlacedOptions = {}): Promise<void> => {
      const request = { action: 'Deactivate', memberID: String(memberId), alarm: toEtcdAlarm[kind] } as const
      const call = { name: 'Maintenance/Alarm', isWrite: true, needsRoot: true, ...options }
      await caller.call(call, ({ rpc }) => new MaintenanceClient(rpc).alarm(request))
    },

    /**
     * The hash of a member's keys, values and lease ids at a revision; the latest without one. Two members agree only where
     * the compact revisions (and hash revisions, where known) are equal too. May hold the member for seconds per GB, so that
     * it is never asked twice by itself.
     */
    hashKv: (endpoint: EtcdEndpoint, revision = 0n, options: CallOptions = {}): Promise<HashKv> =>
      caller.call({ ...hashKind, timeoutMs: hashMs, ...options, endpoint }, (call) =>
        callOwn(call, hashKvMethod, revision),
      ),

    /** Rewrites a member's database file; it answers nobody meanwhile. A time-out does not stop it. */
    defragment: async (endpoint: EtcdEndpoint, options: CallOptions = {}): Promise<void> => {
      const call = { name: 'Maintenance/Defragment', isWrite: true, needsRoot: true, timeoutMs: defragmentMs }
      await caller.call({ ...call, ...options, endpoint }, ({ rpc }) => new MaintenanceClient(rpc).defragment())
    },

    /** Hands leadership over; `leader` is the endpoint of the member that leads now, the only one that can. */
    moveLeader: async (leader: EtcdEndpoint, targetId: bigint, options: CallOptions = {}): Promise<void> => {
      const call = { name: 'Maintenance/MoveLeader', isWrite: true, needsRoot: true, timeoutMs: moveLeaderMs }
      await caller.call({ ...call, ...options, endpoint: leader }, ({ rpc }) =>
        new MaintenanceClient(rpc).moveLeader({ targetID: String(targetId) }),
      )
    },

    /** Makes the history before a revision unreadable, and its space free for new keys. */
    compact: async (revision: bigint, { isPhysical = false, ...options }: CompactOptions = {}): Promise<EtcdHeader> => {
      const call = { name: 'KV/Compact', isWrite: true, needsRoot: true, ...options }
      const { header } = await caller.call(call, ({ rpc }) =>
        new KVClient(rpc).compact({ revision: String(revision), physical: isPhysical }),
      )
      return toHeader(header)
    },
  }
}

interface CompactOptions extends PlacedOptions {
  /** Answers only after the old entries are gone from the file. */
  readonly isPhysical?: boolean
}
