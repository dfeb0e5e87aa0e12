import type { IMember } from 'etcd3'
import { ClusterClient } from 'etcd3'
import type { ErrorCode } from '#lib/errors.ts'
import { AppError } from '#lib/errors.ts'
import { cleanText } from '#lib/foreign-text.ts'
import { callOwn } from './call-unary.ts'
import type { Caller, PlacedOptions } from './caller.ts'
import type { EtcdEndpoint } from './connection.ts'
import { isGiven } from './connection.ts'
import type { CallOptions } from './deadline.ts'
import type { EndpointFinder } from './endpoint-finder.ts'
import { makeEndpointFinder } from './endpoint-finder.ts'
import type { EtcdHeader } from './header.ts'
import { toHeader } from './header.ts'
import type { MemberStatus } from './own-methods.ts'
import { statusMethod } from './own-methods.ts'

export interface EtcdMember {
  readonly id: bigint
  /** Empty for a member that was added and has not started yet; clean, as the addresses are. */
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
    /**
     * The cluster's own list of members, with the address at which each is reached from here: 64 members at most, each once,
     * of 16 addresses of a kind.
     */
    members: ({ isSerializable = false, ...options }: MemberListOptions = {}): Promise<MemberList> =>
      caller.call({ name: 'Cluster/MemberList', ...options }, async ({ rpc }) => {
        const { header, members } = await new ClusterClient(rpc).memberList({ linearizable: !isSerializable })
        const findEndpoint = makeEndpointFinder(caller.access)
        return { header: toHeader(header), members: distinct(members).map((member) => toMember(member, findEndpoint)) }
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

/** etcd itself advises against more than 7; whoever answers with more wants us to knock at doors. */
const membersMax = 64
const urlsMax = 16
const textLengthMax = 300

/** One of each id: the cluster counts it once, whatever a list says. */
function distinct(members: readonly IMember[]): IMember[] {
  const byId = new Map<string, IMember>()
  for (const member of members) {
    if (byId.size === membersMax) break
    if (!byId.has(member.ID)) byId.set(member.ID, member)
  }
  return [...byId.values()]
}

/** What a member says of itself is shown and kept, and every address is read: bounded before anything looks at it. */
function toMember({ ID, name, peerURLs, clientURLs, isLearner }: IMember, findEndpoint: EndpointFinder): EtcdMember {
  const advertised = clientURLs.slice(0, urlsMax)
  return {
    id: BigInt(ID),
    name: cleanText(name, textLengthMax),
    peerUrls: peerURLs.slice(0, urlsMax).map(cleanUrl),
    clientUrls: advertised.map(cleanUrl),
    isLearner,
    // One that had to be cut or cleaned would lead to somewhere else than it says.
    endpoint: findEndpoint(advertised.filter((url) => cleanUrl(url) === url)),
  }
}

function cleanUrl(url: string): string {
  return cleanText(url, textLengthMax)
}
