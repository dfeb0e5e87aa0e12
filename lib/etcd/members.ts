import type { IMember } from 'etcd3'
import { ClusterClient } from 'etcd3'
import type { ErrorCode } from '#lib/errors.ts'
import { AppError } from '#lib/errors.ts'
import { callOwn } from './call-unary.ts'
import type { Caller, PlacedOptions } from './caller.ts'
import type { EtcdAccess, EtcdEndpoint } from './connection.ts'
import { formatDestination, isGiven, isOfGivenScheme, mappedDestination, parseEndpoint } from './connection.ts'
import type { CallOptions } from './deadline.ts'
import type { EtcdHeader } from './header.ts'
import { toHeader } from './header.ts'
import type { MemberStatus } from './own-methods.ts'
import { statusMethod } from './own-methods.ts'

export interface EtcdMember {
  readonly id: bigint
  /** Empty for a member that was added and has not started yet. */
  readonly name: string
  readonly peerUrls: readonly string[]
  readonly clientUrls: readonly string[]
  readonly isLearner: boolean
  /** Where it is reached from here; absent when it advertises no address that could be dialled. Not yet judged by the door. */
  readonly endpoint: EtcdEndpoint | undefined
}

export interface MemberList {
  readonly header: EtcdHeader
  readonly members: readonly EtcdMember[]
}

export interface TimedStatus extends MemberStatus {
  /** Of the call alone, without the way there. */
  readonly latencyMs: number
}

interface MemberListOptions extends PlacedOptions {
  /** What one member believes. Otherwise the cluster has to agree first, from 3.5 on; 3.4 always answers from one member. */
  readonly isSerializable?: boolean
}

export function memberCalls(caller: Caller) {
  return {
    /** The cluster's own list of members, with the address at which each is reached from here. */
    members: ({ isSerializable = false, ...options }: MemberListOptions = {}): Promise<MemberList> =>
      caller.call({ name: 'Cluster/MemberList', ...options }, async ({ rpc }) => {
        const { header, members } = await new ClusterClient(rpc).memberList({ linearizable: !isSerializable })
        return { header: toHeader(header), members: members.map((member) => toMember(member, caller.access)) }
      }),

    /** How one member sees itself and the cluster; it answers without a leader too. */
    status: async (endpoint: EtcdEndpoint, options: CallOptions = {}): Promise<TimedStatus> => {
      const ask = (isAnonymous: boolean) =>
        caller.call({ name: 'Maintenance/Status', endpoint, isAnonymous, ...options }, async (call) => {
          const askedMs = performance.now()
          const status = await callOwn(call, statusMethod, undefined)
          return { ...status, latencyMs: Math.round(performance.now() - askedMs) }
        })
      try {
        return await ask(true)
      } catch (error) {
        // Only the newest ask who wants to know; the address is one that somebody advertised.
        const { access } = caller
        const mayName = access.reader && (endpoint.scheme === 'https' || isGiven(access, endpoint))
        if (!mayName || !(error instanceof AppError && wantsUser.has(error.code))) throw error
        return await ask(false)
      }
    },
  }
}

const wantsUser: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'etcd-auth-required',
  'etcd-auth-failed',
  'etcd-permission-denied',
])

function toMember({ ID, name, peerURLs, clientURLs, isLearner }: IMember, access: EtcdAccess): EtcdMember {
  const endpoint = reachableEndpoint(clientURLs, access)
  return { id: BigInt(ID), name, peerUrls: peerURLs, clientUrls: clientURLs, isLearner, endpoint }
}

/**
 * Of the addresses a member advertises the one to use: what the map says, else one we were given ourselves, else the first
 * of the given scheme. They come from the cluster and may name anything: whoever connects asks the door.
 */
export function reachableEndpoint(urls: readonly string[], access: EtcdAccess): EtcdEndpoint | undefined {
  const advertised = urls.flatMap((url) => parseEndpoint(url) ?? [])
  const mapped = advertised.flatMap(({ scheme, destination }) => {
    const found = mappedDestination(access, destination)
    return found === undefined ? [] : [{ scheme: access.endpoints[0]?.scheme ?? scheme, destination: found }]
  })
  const known = advertised.flatMap((endpoint) =>
    mapped.length > 0 ? [] : (access.endpoints.find((given) => isSamePlace(given, endpoint)) ?? []),
  )
  const others = advertised.filter((endpoint) => isOfGivenScheme(access, endpoint))
  return [...mapped, ...known, ...others][0]
}

/** The one given may be a server of our own, which only the object itself opens; so it is taken rather than its likeness. */
function isSamePlace(given: EtcdEndpoint, { destination }: EtcdEndpoint): boolean {
  return formatDestination(given.destination) === formatDestination(destination)
}
